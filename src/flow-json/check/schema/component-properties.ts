// Every property of every component: what it may hold, whether it must be there, and since when. One row each; the
// components themselves, with their versions and roles, are in ../../components.ts.
// Source: Meta, "Components" (Flow JSON reference), and observed in Meta's web client, August 2026.

import type { ComponentType } from "../../components.ts";
import {
  DATE_SELECT,
  FOOTER_CLICK,
  LINK_CLICK,
  LIST_CLICK,
  OPTION_SELECT,
  UPDATE_DATA,
} from "./actions.ts";
import { CAROUSEL_IMAGES, CHIPS, LIST_ITEMS, OPTIONS } from "./items.ts";
import { MIME_TYPES } from "./mime-types.ts";
import {
  BOOLEAN,
  integer,
  LABEL,
  NUMBER,
  oneOf,
  type PropertyTable,
  STATIC_BOOLEAN,
  STRINGS,
  TEXT,
} from "./value-spec.ts";

const TEXTS = { kind: "text", or: "strings" } as const;
/** In CalendarPicker's range mode one for each end; that the mode fits is a rule, not a shape. */
const TEXT_OR_RANGE = { kind: "text", or: "object" } as const;

const NAME = { name: { value: { kind: "name" }, required: true } } as const;
const VISIBLE = { visible: { value: BOOLEAN } } as const;
const ENABLED = { enabled: { value: BOOLEAN } } as const;
const REQUIRED = { required: { value: BOOLEAN } } as const;
const REQUIRED_LABEL = { label: { value: LABEL, required: true } } as const;
const LABEL_VARIANT = { "label-variant": { value: oneOf("large"), since: "7.0" } } as const;
const MEDIA_SIZE = { "media-size": { value: oneOf("regular", "large") } } as const;
const ERROR_MESSAGE = { "error-message": { value: TEXT, outsideForm: true } } as const;
const SELECT_ACTIONS = {
  "on-select-action": { value: OPTION_SELECT },
  "on-unselect-action": { value: UPDATE_DATA, since: "6.0" },
} as const;

const STYLED_TEXT: PropertyTable = {
  text: { value: TEXTS, required: true },
  "font-weight": {
    value: { kind: "enum", values: ["bold", "italic", "bold_italic", "normal"], dynamic: true },
  },
  strikethrough: { value: BOOLEAN },
  markdown: { value: STATIC_BOOLEAN },
  ...VISIBLE,
};

const MEDIA_PICKER: PropertyTable = {
  ...NAME,
  ...REQUIRED_LABEL,
  description: { value: TEXT },
  "max-file-size-kb": { value: integer(1, 25_600) },
  ...ENABLED,
  ...VISIBLE,
  "error-message": { value: { kind: "text", or: "object" }, outsideForm: true },
};

export const COMPONENT_PROPERTIES: Readonly<Record<ComponentType, PropertyTable>> = {
  TextHeading: { text: { value: TEXT, required: true }, ...VISIBLE },
  TextSubheading: { text: { value: TEXT, required: true }, ...VISIBLE },
  TextBody: STYLED_TEXT,
  TextCaption: STYLED_TEXT,
  RichText: { text: { value: TEXTS, required: true }, ...VISIBLE },

  TextInput: {
    ...NAME,
    ...REQUIRED_LABEL,
    "input-type": { value: oneOf("text", "number", "email", "password", "passcode", "phone") },
    pattern: { value: { kind: "regex" }, since: "6.2" },
    ...REQUIRED,
    "min-chars": { value: NUMBER },
    "max-chars": { value: NUMBER },
    "helper-text": { value: TEXT },
    ...ENABLED,
    ...VISIBLE,
    ...LABEL_VARIANT,
    "init-value": { value: { kind: "text", or: "number" }, outsideForm: true },
    ...ERROR_MESSAGE,
  },
  TextArea: {
    ...NAME,
    ...REQUIRED_LABEL,
    ...REQUIRED,
    "max-length": { value: NUMBER },
    "helper-text": { value: TEXT },
    ...ENABLED,
    ...VISIBLE,
    ...LABEL_VARIANT,
    "init-value": { value: TEXT, outsideForm: true },
    ...ERROR_MESSAGE,
  },
  CheckboxGroup: {
    ...NAME,
    ...REQUIRED_LABEL,
    "data-source": { value: OPTIONS, required: true },
    description: { value: TEXT },
    "min-selected-items": { value: { ...NUMBER, minimum: 0 } },
    "max-selected-items": { value: { ...NUMBER, minimum: 2 } },
    ...MEDIA_SIZE,
    ...REQUIRED,
    ...ENABLED,
    ...VISIBLE,
    ...SELECT_ACTIONS,
    "init-value": { value: STRINGS, outsideForm: true },
    ...ERROR_MESSAGE,
  },
  RadioButtonsGroup: {
    ...NAME,
    ...REQUIRED_LABEL,
    "data-source": { value: OPTIONS, required: true },
    description: { value: TEXT },
    ...MEDIA_SIZE,
    ...REQUIRED,
    ...ENABLED,
    ...VISIBLE,
    ...SELECT_ACTIONS,
    "init-value": { value: TEXT, outsideForm: true },
    ...ERROR_MESSAGE,
  },
  Dropdown: {
    ...NAME,
    ...REQUIRED_LABEL,
    "data-source": { value: OPTIONS, required: true },
    ...REQUIRED,
    ...ENABLED,
    ...VISIBLE,
    ...SELECT_ACTIONS,
    "init-value": { value: TEXT, outsideForm: true },
    ...ERROR_MESSAGE,
  },
  ChipsSelector: {
    ...NAME,
    ...REQUIRED_LABEL,
    "data-source": { value: CHIPS, required: true },
    description: { value: TEXT },
    "min-selected-items": { value: { ...NUMBER, minimum: 0 } },
    "max-selected-items": { value: { ...NUMBER, minimum: 1 } },
    ...REQUIRED,
    ...ENABLED,
    ...VISIBLE,
    "on-select-action": { value: OPTION_SELECT, since: "7.1" },
    "on-unselect-action": { value: UPDATE_DATA, since: "7.1" },
    "init-value": { value: STRINGS, outsideForm: true },
    ...ERROR_MESSAGE,
  },
  OptIn: {
    ...NAME,
    ...REQUIRED_LABEL,
    ...REQUIRED,
    ...VISIBLE,
    "on-click-action": { value: LINK_CLICK },
    "on-select-action": { value: UPDATE_DATA, since: "6.0" },
    "on-unselect-action": { value: UPDATE_DATA, since: "6.0" },
    "init-value": { value: BOOLEAN, outsideForm: true },
  },
  DatePicker: {
    ...NAME,
    ...REQUIRED_LABEL,
    "min-date": { value: TEXT },
    "max-date": { value: TEXT },
    "unavailable-dates": { value: STRINGS },
    "helper-text": { value: TEXT },
    ...ENABLED,
    ...REQUIRED,
    ...VISIBLE,
    "on-select-action": { value: DATE_SELECT },
    "init-value": { value: TEXT, outsideForm: true },
    ...ERROR_MESSAGE,
  },
  CalendarPicker: {
    ...NAME,
    mode: { value: oneOf("single", "range") },
    label: { value: { ...TEXT_OR_RANGE, filled: true }, required: true },
    title: { value: TEXT },
    description: { value: TEXT },
    "helper-text": { value: TEXT_OR_RANGE },
    required: { value: { kind: "anything" } },
    "min-date": { value: TEXT },
    "max-date": { value: TEXT },
    "unavailable-dates": { value: STRINGS },
    "include-days": {
      value: {
        kind: "list",
        items: oneOf("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"),
        dynamic: "either",
      },
    },
    "min-days": { value: NUMBER },
    "max-days": { value: NUMBER },
    ...ENABLED,
    ...VISIBLE,
    "on-select-action": { value: DATE_SELECT },
    "init-value": { value: TEXT_OR_RANGE, outsideForm: true },
    "error-message": { value: TEXT_OR_RANGE, outsideForm: true },
  },
  PhotoPicker: {
    ...MEDIA_PICKER,
    "photo-source": { value: oneOf("camera_gallery", "camera", "gallery") },
    "min-uploaded-photos": { value: integer(0, 30) },
    "max-uploaded-photos": { value: integer(1, 30) },
  },
  DocumentPicker: {
    ...MEDIA_PICKER,
    "min-uploaded-documents": { value: integer(0, 30) },
    "max-uploaded-documents": { value: integer(1, 30) },
    "allowed-mime-types": {
      value: { kind: "list", items: oneOf(...MIME_TYPES), dynamic: "no" },
    },
  },

  Footer: {
    ...REQUIRED_LABEL,
    "left-caption": { value: TEXT },
    "center-caption": { value: TEXT },
    "right-caption": { value: TEXT },
    ...ENABLED,
    "on-click-action": { value: FOOTER_CLICK, required: true },
  },
  EmbeddedLink: {
    text: { value: LABEL, required: true },
    "on-click-action": { value: LINK_CLICK, required: true },
    ...VISIBLE,
  },
  NavigationList: {
    ...NAME,
    "list-items": { value: LIST_ITEMS, required: true },
    label: { value: TEXT },
    description: { value: TEXT },
    ...MEDIA_SIZE,
    ...VISIBLE,
    "on-click-action": { value: LIST_CLICK },
  },

  Image: {
    src: { value: TEXT, required: true },
    width: { value: NUMBER },
    height: { value: NUMBER },
    "aspect-ratio": { value: NUMBER },
    "scale-type": { value: oneOf("cover", "contain") },
    "alt-text": { value: TEXT },
    ...VISIBLE,
  },
  ImageCarousel: {
    images: { value: CAROUSEL_IMAGES, required: true },
    "aspect-ratio": { value: oneOf("4:3", "16:9") },
    "scale-type": { value: oneOf("cover", "contain") },
    ...VISIBLE,
  },

  Form: {
    ...NAME,
    children: { value: { kind: "components", place: "form" }, required: true },
    "init-values": {
      value: { kind: "map", keys: null, values: { kind: "anything" }, dynamic: true },
    },
    "error-messages": {
      value: { kind: "map", keys: null, values: { kind: "anything" }, dynamic: true },
    },
  },
  If: {
    condition: { value: { kind: "condition" }, required: true },
    then: { value: { kind: "components", place: "if" }, required: true },
    else: { value: { kind: "components", place: "if" } },
  },
  Switch: {
    value: { value: { kind: "binding" }, required: true },
    cases: {
      value: {
        kind: "map",
        keys: "case-key",
        values: { kind: "components", place: "switch" },
        dynamic: false,
      },
      required: true,
    },
  },
};
