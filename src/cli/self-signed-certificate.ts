// A certificate for HTTPS on one's own machine: Node reads certificates and makes none. Nobody trusts it who is not told
// to; Meta never will.

import { createPublicKey, generateKeyPair, randomBytes } from "node:crypto";
import { promisify } from "node:util";
import forge from "node-forge";

/** What browsers accept at most. */
const VALID_DAYS = 397;
const DAY_MS = 24 * 3600 * 1000;

const DNS_NAME = 2;
const IP_ADDRESS = 7;

export type CertificatePair = {
  /** PEM. */
  readonly certificate: string;
  /** PEM, PKCS#8. */
  readonly key: string;
};

/** Makes a certificate for `localhost`, 127.0.0.1 and ::1, with a key of its own. */
export async function makeLocalCertificate(now: Date): Promise<CertificatePair> {
  const { privateKey } = await promisify(generateKeyPair)("rsa", { modulusLength: 2048 });
  const key = privateKey.export({ type: "pkcs8", format: "pem" }).toString();
  const publicKey = createPublicKey(privateKey).export({ type: "spki", format: "pem" }).toString();

  const certificate = forge.pki.createCertificate();
  certificate.publicKey = forge.pki.publicKeyFromPem(publicKey);
  // Positive, as RFC 5280 wants it, and another one each time: browsers refuse two certificates with one number.
  certificate.serialNumber = `01${randomBytes(15).toString("hex")}`;
  certificate.validity.notBefore = new Date(now.getTime() - DAY_MS);
  certificate.validity.notAfter = new Date(now.getTime() + (VALID_DAYS - 1) * DAY_MS);
  const name = [{ name: "commonName", value: "localhost" }];
  certificate.setSubject(name);
  certificate.setIssuer(name);
  certificate.setExtensions([
    { name: "basicConstraints", cA: false },
    { name: "keyUsage", digitalSignature: true, keyEncipherment: true, critical: true },
    { name: "extKeyUsage", serverAuth: true },
    {
      name: "subjectAltName",
      altNames: [
        { type: DNS_NAME, value: "localhost" },
        { type: IP_ADDRESS, ip: "127.0.0.1" },
        { type: IP_ADDRESS, ip: "::1" },
      ],
    },
  ]);
  certificate.sign(forge.pki.privateKeyFromPem(key), forge.md.sha256.create());
  return { certificate: forge.pki.certificateToPem(certificate), key };
}
