// A self-signed certificate: node:crypto reads them and makes none.

import forge from "node-forge";

export function makeCertificate(commonName: string): {
  readonly certificate: string;
  readonly key: string;
} {
  const keys = forge.pki.rsa.generateKeyPair({ bits: 2048, workers: -1 });
  const certificate = forge.pki.createCertificate();
  certificate.publicKey = keys.publicKey;
  certificate.serialNumber = "01";
  certificate.validity.notBefore = new Date(Date.now() - 86_400_000);
  certificate.validity.notAfter = new Date(Date.now() + 86_400_000);
  const name = [{ name: "commonName", value: commonName }];
  certificate.setSubject(name);
  certificate.setIssuer(name);
  certificate.sign(keys.privateKey, forge.md.sha256.create());
  return {
    certificate: forge.pki.certificateToPem(certificate),
    key: forge.pki.privateKeyToPem(keys.privateKey),
  };
}
