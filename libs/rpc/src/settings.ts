import { text } from '@shotwire/config';

/** Where a service takes gRPC calls. */
export const rpcServerSettings = {
  grpcAddress: text('GRPC_ADDRESS', { default: '127.0.0.1:50051', says: 'Address and port that gRPC listens on.' }),
};
