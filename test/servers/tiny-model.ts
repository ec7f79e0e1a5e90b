/**
 * Writes a tiny GGUF language model whose answers are known: its only layer does nothing, so that each token decides the
 * next one, and the chat template decides with which token an answer begins.
 */
import { writeFileSync } from "node:fs";

/** What it answers, token by token. Tokens are unique: each is followed by one other. */
const answers = {
  /** To everything else. */
  text: ["Hello", " from", " a", " tiny", " model", ":", " Grüße", " 東京", " 🗼", "."],
  /** When tools are offered. */
  call: [
    "<tool_call>",
    "\n",
    '{"name":',
    ' "get_weather"',
    ', "arguments":',
    ' {"city": "Rome"',
    "}}",
    "\n\n",
    "</tool_call>",
  ],
  /** After the result of a tool. */
  result: ["It", " is", " mild", " in", " Rome", "!"],
  /** Where a grammar forbids the text to begin. */
  json: ['{"city":', ' "東京', ' Tower"', "}"],
} as const;

export const said = {
  text: answers.text.join(""),
  result: answers.result.join(""),
  json: answers.json.join(""),
} as const;

const end = "<|end|>";
const starts = { text: "<|text|>", call: "<|call|>", result: "<|result|>" } as const;

// The turns are written out so that prompts have a length; tools are shown in the form that Hermes models use.
const template = `{%- for message in messages %}<|turn|>{{ message.role }}: {{ message.content }}
{%- if message.tool_calls %}{%- for call in message.tool_calls %}
<tool_call>
{"name": "{{ call.function.name }}", "arguments": {{ call.function.arguments | tojson }}}
</tool_call>{%- endfor %}{%- endif %}{{ "<|end|>" }}{%- endfor %}
{%- if tools %}{%- for tool in tools %}{{ tool | tojson }}{%- endfor %}{%- endif %}
{%- if add_generation_prompt %}{%- if messages[-1].role == "tool" %}<|result|>{%- elif tools %}<|call|>{%- else %}<|text|>{%- endif %}{%- endif %}`;

/** Bytes as characters of the vocabulary, as GPT-2 writes them: those that cannot be seen are moved up. */
const byteCharacters: readonly string[] = (() => {
  const visible = (byte: number): boolean =>
    (byte >= 33 && byte <= 126) || (byte >= 161 && byte <= 172) || (byte >= 174 && byte <= 255);
  let moved = 0;
  return Array.from({ length: 256 }, (_, byte) => String.fromCharCode(visible(byte) ? byte : 256 + moved++));
})();

function spelled(text: string): string {
  return Array.from(new TextEncoder().encode(text), (byte) => byteCharacters[byte]!).join("");
}

const tokenType = { normal: 1, control: 3 } as const;
const width = 512;
const inner = 32;
const context = 4096;

/** Writes the model file, about 5 MB. */
export function writeTinyModel(file: string): void {
  const special = [end, "<|turn|>", ...Object.values(starts)];
  const words = Object.values(answers).flat();
  const tokens = [...new Set([...byteCharacters, ...special, ...words.map(spelled)])];
  const idOf = (token: string): number => tokens.indexOf(special.includes(token) ? token : spelled(token));

  // One dimension for each token: the row of a token in `output` looks for the tokens that it follows.
  const output = new Float32Array(tokens.length * width);
  const follow = (before: string, after: string, weight: number): void => {
    output[idOf(after) * width + idOf(before)] = weight;
  };
  for (const [name, list] of Object.entries(answers)) {
    for (const [i, token] of list.entries()) follow(token, list[i + 1] ?? end, 2);
    if (name in starts) follow(starts[name as keyof typeof starts], list[0]!, 2);
    // Second choice, for when a grammar forbids the first.
    follow(starts.text, answers.json[0], 1);
  }
  const embedding = new Float32Array(tokens.length * width);
  for (let id = 0; id < tokens.length; id++) embedding[id * width + id] = 1;
  const ones = new Float32Array(width).fill(1);

  writeFileSync(
    file,
    gguf(
      {
        "general.architecture": "llama",
        "general.name": "tiny",
        "llama.context_length": uint(context),
        "llama.embedding_length": uint(width),
        "llama.block_count": uint(1),
        "llama.feed_forward_length": uint(inner),
        "llama.attention.head_count": uint(8),
        "llama.attention.head_count_kv": uint(8),
        "llama.attention.layer_norm_rms_epsilon": 1e-5,
        "llama.rope.dimension_count": uint(width / 8),
        "tokenizer.ggml.model": "gpt2",
        "tokenizer.ggml.pre": "gpt-2",
        "tokenizer.ggml.tokens": tokens,
        "tokenizer.ggml.token_type": tokens.map((token) =>
          int(special.includes(token) ? tokenType.control : tokenType.normal),
        ),
        // One is demanded; this one makes no token of the list.
        "tokenizer.ggml.merges": ["! !"],
        "tokenizer.ggml.eos_token_id": uint(idOf(end)),
        "tokenizer.ggml.add_bos_token": false,
        "tokenizer.chat_template": template,
      },
      [
        ["token_embd.weight", [width, tokens.length], embedding],
        ["output_norm.weight", [width], ones],
        ["output.weight", [width, tokens.length], output],
        ["blk.0.attn_norm.weight", [width], ones],
        ...["q", "k", "v", "output"].map((name) => zeros(`blk.0.attn_${name}.weight`, [width, width])),
        ["blk.0.ffn_norm.weight", [width], ones],
        zeros("blk.0.ffn_gate.weight", [width, inner]),
        zeros("blk.0.ffn_up.weight", [width, inner]),
        zeros("blk.0.ffn_down.weight", [inner, width]),
      ],
    ),
  );
}

type Tensor = readonly [name: string, shape: readonly number[], values: Float32Array];

function zeros(name: string, shape: readonly number[]): Tensor {
  return [name, shape, new Float32Array(shape.reduce((size, length) => size * length, 1))];
}

/** A number that is stored as an integer; plain numbers are stored as floats. */
interface Integer {
  readonly integer: number;
  readonly type: "int32" | "uint32";
}
const uint = (integer: number): Integer => ({ integer, type: "uint32" });
const int = (integer: number): Integer => ({ integer, type: "int32" });

type Value = string | number | boolean | Integer;

/** The GGUF format, version 3. https://github.com/ggml-org/ggml/blob/master/docs/gguf.md */
function gguf(metadata: { readonly [key: string]: Value | readonly Value[] }, tensors: readonly Tensor[]): Buffer {
  const alignment = 32;
  const parts: Buffer[] = [Buffer.from("GGUF"), u32(3), u64(tensors.length), u64(Object.keys(metadata).length)];
  for (const [key, value] of Object.entries(metadata)) parts.push(text(key), ...typed(value));
  let offset = 0;
  for (const [name, shape, values] of tensors) {
    parts.push(text(name), u32(shape.length), ...shape.map(u64), u32(0), u64(offset));
    offset += padded(values.byteLength, alignment);
  }
  const head = Buffer.concat(parts);
  const data = tensors.flatMap(([, , values]) => [
    Buffer.from(values.buffer),
    Buffer.alloc(padded(values.byteLength, alignment) - values.byteLength),
  ]);
  return Buffer.concat([head, Buffer.alloc(padded(head.length, alignment) - head.length), ...data]);
}

const valueType = { uint32: 4, int32: 5, float32: 6, bool: 7, string: 8, array: 9 } as const;

function typed(value: Value | readonly Value[]): Buffer[] {
  if (typeof value !== "object" || "integer" in value) return [u32(typeOf(value)), bytesOf(value)];
  return [u32(valueType.array), u32(typeOf(value[0]!)), u64(value.length), ...value.map(bytesOf)];
}

function typeOf(value: Value): number {
  if (typeof value === "string") return valueType.string;
  if (typeof value === "boolean") return valueType.bool;
  return typeof value === "number" ? valueType.float32 : valueType[value.type];
}

function bytesOf(value: Value): Buffer {
  if (typeof value === "string") return text(value);
  if (typeof value === "boolean") return Buffer.from([Number(value)]);
  if (typeof value === "object") return u32(value.integer);
  const bytes = Buffer.alloc(4);
  bytes.writeFloatLE(value);
  return bytes;
}

function text(value: string): Buffer {
  const bytes = Buffer.from(value);
  return Buffer.concat([u64(bytes.length), bytes]);
}

function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

function u64(value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt(value));
  return bytes;
}

function padded(length: number, alignment: number): number {
  return Math.ceil(length / alignment) * alignment;
}
