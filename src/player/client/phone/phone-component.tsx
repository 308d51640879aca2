// One component of a screen, whichever it is. What the phone does not know is shown as a gap: a flow
// with a misspelt type is then seen to lack something.

import type { JSX } from "preact";
import { asText } from "../../../flow-json/evaluate.ts";
import type { ViewComponent } from "../../../phone/view.ts";
import { usePlayer } from "../player-context.ts";
import { ChipsSelector, ChoiceGroup } from "./choice-groups.tsx";
import { CalendarPicker, DatePicker } from "./date-inputs.tsx";
import { Dropdown } from "./dropdown.tsx";
import { MediaPicker } from "./media-picker.tsx";
import { NavigationList } from "./navigation-list.tsx";
import { OptIn } from "./opt-in.tsx";
import { ImageCarousel, ImageComponent } from "./pictures.tsx";
import { TextComponent } from "./text-component.tsx";
import { TextArea, TextInput } from "./text-inputs.tsx";

type Props = { readonly component: ViewComponent };

export function PhoneComponent({ component }: Props): JSX.Element {
  switch (component.type) {
    case "TextHeading":
    case "TextSubheading":
    case "TextBody":
    case "TextCaption":
    case "RichText":
      return <TextComponent component={component} />;
    case "TextInput":
      return <TextInput component={component} />;
    case "TextArea":
      return <TextArea component={component} />;
    case "CheckboxGroup":
    case "RadioButtonsGroup":
      return <ChoiceGroup component={component} />;
    case "ChipsSelector":
      return <ChipsSelector component={component} />;
    case "Dropdown":
      return <Dropdown component={component} />;
    case "OptIn":
      return <OptIn component={component} />;
    case "DatePicker":
      return <DatePicker component={component} />;
    case "CalendarPicker":
      return <CalendarPicker component={component} />;
    case "PhotoPicker":
    case "DocumentPicker":
      return <MediaPicker component={component} />;
    case "Image":
      return <ImageComponent component={component} />;
    case "ImageCarousel":
      return <ImageCarousel component={component} />;
    case "NavigationList":
      return <NavigationList component={component} />;
    case "EmbeddedLink":
      return <EmbeddedLink component={component} />;
    default:
      return (
        <p class="wa-gap" role="note">
          No phone knows a component called “{component.type}”
        </p>
      );
  }
}

function EmbeddedLink({ component: { key, properties } }: Props): JSX.Element {
  const player = usePlayer();
  return (
    <button
      type="button"
      class="wa-link wa-embedded"
      dir="auto"
      onClick={() => player.press({ kind: "link", key })}
    >
      {asText(properties["text"])}
    </button>
  );
}
