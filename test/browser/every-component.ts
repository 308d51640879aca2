// A flow that has every component of Flow JSON on one of its screens, each answer in its `complete`
// payload.

import { PIXEL } from "./pixel.ts";

const options = [
  { id: "one", title: "One", description: "The first", metadata: "1" },
  { id: "two", title: "Two", image: PIXEL, "alt-text": "a pixel" },
  { id: "three", title: "Three", enabled: false },
];

const text = (name: string, type: string): object => ({
  type: "TextInput",
  name,
  label: `A ${type}`,
  "input-type": type,
  required: true,
});

const next = (name: string): object => ({
  type: "Footer",
  label: "Next",
  "on-click-action": { name: "navigate", next: { type: "screen", name }, payload: {} },
});

const screen = (id: string, children: readonly object[], more: object = {}): object => ({
  id,
  title: `Screen ${id}`,
  ...more,
  layout: { type: "SingleColumnLayout", children },
});

const answers: Readonly<Record<string, readonly string[]>> = {
  LIST: ["list"],
  INPUTS: ["text", "number", "email", "password", "passcode", "phone", "area"],
  CHOICES: ["boxes", "radio", "dropdown", "chips", "opt_in"],
  DATES: ["date", "day", "range"],
  PHOTOS: ["photos"],
};

export const EVERY_COMPONENT = JSON.stringify({
  version: "7.3",
  screens: [
    screen("LIST", [
      {
        type: "NavigationList",
        name: "list",
        label: "Where to?",
        "list-items": [
          {
            id: "texts",
            "main-content": { title: "Texts", description: "All of them", metadata: "from here" },
            start: { image: PIXEL, "alt-text": "a pixel" },
            end: { title: "end", description: "more" },
            badge: "new",
            tags: ["tag"],
          },
        ],
        "on-click-action": {
          name: "navigate",
          next: { type: "screen", name: "TEXTS" },
          payload: {},
        },
      },
    ]),
    screen("TEXTS", [
      { type: "TextHeading", text: "A heading" },
      { type: "TextSubheading", text: "A subheading" },
      { type: "TextBody", text: ["First", "second"], "font-weight": "bold" },
      { type: "TextCaption", text: "a *slanted* caption", markdown: true },
      { type: "Image", src: PIXEL, "alt-text": "one pixel", height: 40 },
      {
        type: "ImageCarousel",
        images: [
          { src: PIXEL, "alt-text": "first picture" },
          { src: PIXEL, "alt-text": "second picture" },
        ],
      },
      {
        type: "EmbeddedLink",
        text: "A link",
        "on-click-action": { name: "open_url", url: "https://example.com/" },
      },
      { ...next("RICH"), "left-caption": "left", "right-caption": "right" },
    ]),
    screen("RICH", [
      {
        type: "RichText",
        text: [
          "# Rich",
          "**bold** and ~~gone~~, [a page](https://example.com/)",
          "- apple",
          "- pear",
          "| a | b |",
          "| --- | --- |",
          "| 1 | 2 |",
          `![a pixel](data:image/png;base64,${PIXEL})`,
        ],
      },
      next("INPUTS"),
    ]),
    screen("INPUTS", [
      ...["text", "number", "email", "password", "passcode", "phone"].map((type) =>
        text(type, type),
      ),
      { type: "TextArea", name: "area", label: "An area", required: true, "max-length": 20 },
      next("CHOICES"),
    ]),
    screen("CHOICES", [
      {
        type: "CheckboxGroup",
        name: "boxes",
        label: "Some boxes",
        description: "Two at least",
        required: true,
        "min-selected-items": 2,
        "data-source": options,
      },
      {
        type: "RadioButtonsGroup",
        name: "radio",
        label: "A radio",
        required: true,
        "data-source": options,
      },
      {
        type: "Dropdown",
        name: "dropdown",
        label: "A dropdown",
        required: true,
        "data-source": options,
      },
      {
        type: "ChipsSelector",
        name: "chips",
        label: "Some chips",
        required: true,
        "data-source": [
          { id: "red", title: "Red" },
          { id: "blue", title: "Blue" },
        ],
      },
      {
        type: "OptIn",
        name: "opt_in",
        label: "I agree",
        required: true,
        "on-click-action": { name: "open_url", url: "https://example.com/terms" },
      },
      {
        type: "If",
        condition: "${form.radio} == 'two'",
        then: [{ type: "TextBody", text: "Two it is" }],
        else: [{ type: "TextBody", text: "Not two" }],
      },
      {
        type: "Switch",
        value: "${form.dropdown}",
        cases: { one: [{ type: "TextBody", text: "Case one" }] },
      },
      next("DATES"),
    ]),
    screen("DATES", [
      {
        type: "DatePicker",
        name: "date",
        label: "A date",
        required: true,
        "min-date": "2027-03-01",
        "max-date": "2027-04-30",
        "unavailable-dates": ["2027-03-05"],
      },
      {
        type: "CalendarPicker",
        name: "day",
        label: "A day",
        required: true,
        "min-date": "2027-03-01",
        "max-date": "2027-04-30",
        "include-days": ["Mon", "Tue"],
      },
      {
        type: "CalendarPicker",
        name: "range",
        mode: "range",
        title: "A stay",
        label: { "start-date": "From", "end-date": "To" },
        required: { "start-date": true, "end-date": true },
        "min-date": "2027-03-01",
        "max-date": "2027-04-30",
        "min-days": 2,
        "max-days": 5,
      },
      next("PHOTOS"),
    ]),
    screen("PHOTOS", [
      {
        type: "Form",
        name: "form",
        children: [
          {
            type: "PhotoPicker",
            name: "photos",
            label: "Photos",
            "min-uploaded-photos": 1,
            "max-uploaded-photos": 2,
            "max-file-size-kb": 10,
          },
          next("END"),
        ],
      },
    ]),
    screen(
      "END",
      [
        {
          type: "DocumentPicker",
          name: "documents",
          label: "Documents",
          "min-uploaded-documents": 1,
          "max-uploaded-documents": 2,
          "max-file-size-kb": 10,
          "allowed-mime-types": ["application/pdf"],
        },
        {
          type: "Footer",
          label: "Finish",
          "on-click-action": {
            name: "complete",
            payload: {
              documents: "${form.documents}",
              ...Object.fromEntries(
                Object.entries(answers).flatMap(([id, names]) =>
                  names.map((name) => [name, `\${screen.${id}.form.${name}}`]),
                ),
              ),
            },
          },
        },
      ],
      { terminal: true },
    ),
  ],
});
