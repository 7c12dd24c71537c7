export { eventually } from './eventually.ts';
export { freePort } from './free-port.ts';
export { startClock, type TestClock } from './start-clock.ts';
export { type FaultProxy, startFaultProxy } from './start-fault-proxy.ts';
export { type Program, startProgram } from './start-program.ts';
export { type Answer, type ReceivedRequest, type Receiver, startReceiver } from './start-receiver.ts';
export { type Site, startSite } from './start-site.ts';
export { startTestMinio, type TestMinio } from './start-test-minio.ts';
export { startTestNats, type TestNats } from './start-test-nats.ts';
