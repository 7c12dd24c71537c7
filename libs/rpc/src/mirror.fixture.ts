import { setTimeout as delay } from 'node:timers/promises';
import { create, type DescService, toBinary } from '@bufbuild/protobuf';
import { fileDesc, type GenService, serviceDesc } from '@bufbuild/protobuf/codegenv2';
import { base64Encode } from '@bufbuild/protobuf/wire';
import {
  type BytesValueSchema,
  FileDescriptorProtoSchema,
  file_google_protobuf_wrappers,
  type StringValueSchema,
} from '@bufbuild/protobuf/wkt';
import { createLogger, createMetrics } from '@shotwire/telemetry';
import { bind, createRpcClient, type Implementation, startRpcServer } from './index.ts';

/** A service of one unary and one streaming method, for tests only. */
type MirrorService = GenService<{
  reflect: { methodKind: 'unary'; input: typeof StringValueSchema; output: typeof StringValueSchema };
  flow: { methodKind: 'server_streaming'; input: typeof StringValueSchema; output: typeof BytesValueSchema };
}>;

const mirrorFile = create(FileDescriptorProtoSchema, {
  name: 'shotwire/test/v1/mirror.proto',
  package: 'shotwire.test.v1',
  syntax: 'proto3',
  dependency: ['google/protobuf/wrappers.proto'],
  service: [
    {
      name: 'Mirror',
      method: [
        { name: 'Reflect', inputType: '.google.protobuf.StringValue', outputType: '.google.protobuf.StringValue' },
        { name: 'Flow', inputType: '.google.protobuf.StringValue', outputType: '.google.protobuf.BytesValue', serverStreaming: true },
      ],
    },
  ],
});

const described: DescService = serviceDesc(
  fileDesc(base64Encode(toBinary(FileDescriptorProtoSchema, mirrorFile)), [file_google_protobuf_wrappers]),
  0,
);

export const Mirror = described as unknown as MirrorService;

/** A line that the server logged. */
interface Line {
  level: string;
  msg: string;
  [name: string]: unknown;
}

/** A Mirror on a real socket and a client of it; methods that a test does not give answer with nothing. */
export async function openMirror({ address = '127.0.0.1:0', graceMs = 5000, ...given }: Given = {}) {
  const lines: Line[] = [];
  const destination = { write: (line: string) => void lines.push(JSON.parse(line)) };
  const metrics = createMetrics('test');
  let made = 0;
  const implementation: Implementation<MirrorService> = { reflect: async () => ({}), flow: async function* () {}, ...given };
  const server = await startRpcServer({
    address,
    services: [bind(Mirror, implementation)],
    log: createLogger({ service: 'test', level: 'debug', destination }),
    metrics,
    newRequestId: () => `made-${++made}`,
    graceMs,
  });
  const client = createRpcClient(Mirror, { address: server.address, defaultTimeoutMs: 5000 });
  return {
    server,
    client,
    lines,
    metrics,
    async [Symbol.asyncDispose]() {
      client[Symbol.dispose]();
      await server[Symbol.asyncDispose]();
    },
  };
}

interface Given extends Partial<Implementation<MirrorService>> {
  address?: string;
  graceMs?: number;
}

/** Waits until the check no longer throws, for 5 s at most. */
export async function eventually(check: () => void | Promise<void>): Promise<void> {
  const endMs = Date.now() + 5000;
  for (;;) {
    try {
      return await check();
    } catch (thrown) {
      if (Date.now() > endMs) throw thrown;
      await delay(20);
    }
  }
}
