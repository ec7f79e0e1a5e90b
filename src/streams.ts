/** The public door `modelwright/streams`: chats for web pages, in the formats that front ends read. Runs everywhere. */
export { type AgUiInput, readAgUiInput } from "./streams/ag-ui-input.js";
export { type AgUiStreamOptions, agUiResponse } from "./streams/ag-ui-stream.js";
export { eventStreamResponse, type FailureEvent, readEventStream } from "./streams/events.js";
export type { ReadMessage, ReadOptions } from "./streams/read.js";
export type { StreamedChat, StreamResponseOptions } from "./streams/response.js";
export { type UiMessageStreamOptions, uiMessageStreamResponse } from "./streams/ui-message-stream.js";
export { readUiMessages } from "./streams/ui-messages.js";
