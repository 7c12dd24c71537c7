import { Client } from 'minio';

interface Place {
  endpoint: URL;
  bucket: string;
  region: string;
  accessKey: string;
  secretKey: string;
}

interface Upload extends Place {
  key: string;
  /** A canned ACL; empty for none. */
  acl: string;
  /** Seconds for which the URL is good. */
  forS: number;
}

/**
 * A URL that lets its bearer put one object into a bucket, by signature version 4. Nothing is sent to make it: the address is a
 * stranger's, and whoever sends the object sends it past the guard. Rejects with the client's sentence for a bucket or key that is none.
 */
export async function presignPut({ endpoint, bucket, region, accessKey, secretKey, key, acl, forS }: Upload): Promise<URL> {
  const client = new Client({
    endPoint: endpoint.hostname,
    port: Number(endpoint.port) || (endpoint.protocol === 'https:' ? 443 : 80),
    useSSL: endpoint.protocol === 'https:',
    accessKey,
    secretKey,
    // Given, so that the client does not ask for it.
    region,
    pathStyle: true,
  });
  return new URL(await client.presignedUrl('PUT', bucket, key, forS, acl ? { 'x-amz-acl': acl } : {}));
}
