/** Switches of the `google-generative-ai` protocol. Each is used by at least one shipped provider (checked by a test). */

// biome-ignore lint/suspicious/noEmptyInterface: Google is the only shipped provider that speaks it, so nothing differs yet
export interface GoogleGenerativeAiDialect {}
