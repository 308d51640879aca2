// The manifests, held against what the server really is: its settings, ports, routes and the time it needs to stop. That
// they are of the right shape for a cluster, kustomize says; this says that they fit.

import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { parse, parseAllDocuments } from "yaml";
import { z } from "zod";
import { Health } from "../../src/app/health.ts";
import { createMetrics } from "../../src/app/telemetry/metrics.ts";
import { createAdminServer } from "../../src/app/server.ts";
import { parseSettings, SETTING_NAMES } from "../../src/app/settings.ts";

const FOLDER = fileURLToPath(new URL("../../deploy/kubernetes", import.meta.url));

const LABELS = z.record(z.string(), z.string());
const PROBE = z.object({
  httpGet: z.object({ path: z.string(), port: z.string() }),
  periodSeconds: z.number(),
  failureThreshold: z.number(),
});
const POD = z.object({
  restartPolicy: z.string().optional(),
  automountServiceAccountToken: z.boolean(),
  terminationGracePeriodSeconds: z.number().optional(),
  securityContext: z.looseObject({
    runAsNonRoot: z.literal(true),
    runAsUser: z.number().positive(),
    seccompProfile: z.object({ type: z.literal("RuntimeDefault") }),
  }),
  containers: z.tuple([
    z.object({
      name: z.string(),
      image: z.literal("flowpoint"),
      args: z.array(z.string()).optional(),
      envFrom: z.array(z.record(z.string(), z.object({ name: z.string() }))),
      ports: z.array(z.object({ name: z.string(), containerPort: z.number() })).default([]),
      startupProbe: PROBE.optional(),
      readinessProbe: PROBE.optional(),
      livenessProbe: PROBE.optional(),
      resources: z.object({
        requests: z.object({ cpu: z.string(), memory: z.string() }),
        limits: z.object({ memory: z.string() }),
      }),
      securityContext: z.object({
        allowPrivilegeEscalation: z.literal(false),
        readOnlyRootFilesystem: z.literal(true),
        capabilities: z.object({ drop: z.tuple([z.literal("ALL")]) }),
      }),
      volumeMounts: z.array(
        z.object({ name: z.string(), mountPath: z.string(), readOnly: z.boolean().optional() }),
      ),
    }),
  ]),
  volumes: z.array(z.looseObject({ name: z.string() })),
});
const OBJECT = z.looseObject({
  kind: z.string(),
  metadata: z.looseObject({ name: z.string(), annotations: LABELS.optional() }),
});

const kustomization = z
  .object({ resources: z.array(z.string()), namespace: z.string() })
  .parse(parse(readFileSync(`${FOLDER}/kustomization.yaml`, "utf8")));

const objects = kustomization.resources.flatMap((file) =>
  parseAllDocuments(readFileSync(`${FOLDER}/${file}`, "utf8")).map((document) =>
    OBJECT.parse(document.toJS()),
  ),
);

function find<T>(kind: string, name: string, schema: z.ZodType<T>): T {
  return schema.parse(objects.find((one) => one.kind === kind && one.metadata.name === name));
}

const TEMPLATE = z.object({ metadata: z.object({ labels: LABELS }), spec: POD });
const deployment = find(
  "Deployment",
  "flowpoint",
  z.object({
    spec: z.object({
      replicas: z.undefined().optional(),
      selector: z.object({ matchLabels: LABELS }),
      strategy: z.object({ rollingUpdate: z.object({ maxUnavailable: z.number() }) }),
      template: TEMPLATE,
    }),
  }),
).spec;
const migration = find(
  "Job",
  "flowpoint-migrate",
  z.object({ spec: z.object({ template: TEMPLATE }) }),
).spec.template.spec;
const pod = deployment.template.spec;
const [server] = pod.containers;
const config = find("ConfigMap", "flowpoint", z.object({ data: LABELS })).data;
const secret = find("Secret", "flowpoint", z.object({ stringData: LABELS })).stringData;

/** As the pods get them, with secrets that a server takes. */
const settings = parseSettings(
  {
    ...config,
    DATABASE_URL: "postgres://flowpoint@postgres/flowpoint",
    REDIS_URL: "redis://redis:6379",
    WHATSAPP_APP_SECRET: "secret",
    WHATSAPP_VERIFY_TOKEN: "token",
    FLOW_TOKEN_SECRET: "s".repeat(32),
  },
  { hasKeyFiles: true },
);

function mountAt(mountPath: string) {
  return server.volumeMounts.find((mount) => mount.mountPath === mountPath);
}

describe("the manifests", () => {
  it("are all named in the kustomization", () => {
    const files = readdirSync(FOLDER).filter((file) => file !== "kustomization.yaml");

    expect(kustomization.resources.toSorted()).toEqual(files.toSorted());
  });

  it("set nothing but settings of the server, as its production profile takes them", () => {
    const names = [...Object.keys(config), ...Object.keys(secret)];

    expect(names.filter((name) => !SETTING_NAMES.includes(name))).toEqual([]);
    expect(settings.profile).toBe("production");
  });

  it("have an example of a secret that no server takes, and no secret in what is not secret", () => {
    expect(new Set(Object.values(secret))).toEqual(new Set([""]));
    expect(
      Object.keys(config).filter((name) => /SECRET|TOKEN|PASS|_KEY$|_URL$/.test(name)),
    ).toEqual([]);
    expect(() => parseSettings({ ...config, ...secret })).toThrow(/WHATSAPP_APP_SECRET/);
  });

  it("open the ports that the server listens on, to the pods' names for them", () => {
    const ports = Object.fromEntries(server.ports.map((port) => [port.name, port.containerPort]));

    expect(ports).toEqual({ http: settings.PORT, admin: settings.ADMIN_PORT });
    expect([settings.HOST, settings.ADMIN_HOST]).toEqual(["0.0.0.0", "0.0.0.0"]);
    for (const [name, port] of [
      ["flowpoint", "http"],
      ["flowpoint-admin", "admin"],
    ] as const) {
      const service = find(
        "Service",
        name,
        z.object({
          spec: z.object({
            selector: LABELS,
            ports: z.tuple([z.object({ targetPort: z.string() })]),
          }),
        }),
      );
      expect(service.spec.ports[0].targetPort).toBe(port);
      expect(deployment.template.metadata.labels).toMatchObject(service.spec.selector);
    }
    const allowed = find(
      "NetworkPolicy",
      "flowpoint",
      z.object({
        spec: z.object({
          ingress: z.array(z.object({ ports: z.array(z.object({ port: z.number() })) })),
        }),
      }),
    );
    expect(allowed.spec.ingress.flatMap((rule) => rule.ports.map(({ port }) => port))).toEqual([
      settings.PORT,
      settings.ADMIN_PORT,
    ]);
  });

  it("ask at paths that are there, and restart no pod for a database", async () => {
    const database = { check: async () => {} } as unknown as ConstructorParameters<
      typeof Health
    >[0];
    const admin = await createAdminServer(new Health(database), createMetrics(), null);
    const probes = {
      startup: server.startupProbe,
      readiness: server.readinessProbe,
      liveness: server.livenessProbe,
    };

    for (const probe of Object.values(probes)) {
      expect(probe).toMatchObject({ httpGet: { port: "admin" } });
      const url = probe?.httpGet.path ?? "";
      expect(admin.hasRoute({ method: "GET", url })).toBe(true);
    }
    expect(probes.readiness?.httpGet.path).toBe("/readyz");
    expect([probes.startup?.httpGet.path, probes.liveness?.httpGet.path]).toEqual([
      "/livez",
      "/livez",
    ]);
    await admin.close();
  });

  it("give a pod the time to be taken out of the balancer, and to finish", () => {
    const { periodSeconds = 0, failureThreshold = 0 } = server.readinessProbe ?? {};
    const { SHUTDOWN_DELAY_MS, SHUTDOWN_GRACE_MS } = settings;

    expect(SHUTDOWN_DELAY_MS).toBeGreaterThan(periodSeconds * failureThreshold * 1_000);
    expect(pod.terminationGracePeriodSeconds ?? 0).toBeGreaterThan(
      (SHUTDOWN_DELAY_MS + SHUTDOWN_GRACE_MS) / 1_000,
    );
    expect(deployment.strategy.rollingUpdate.maxUnavailable).toBe(0);
  });

  it("runs without root, without capabilities, on a root that cannot be written", () => {
    // The schema has it of each: to have been read is to be so.
    for (const { containers, volumes, automountServiceAccountToken } of [pod, migration]) {
      const [container] = containers;
      const mounted = container.volumeMounts.map(({ name }) => name);

      expect(automountServiceAccountToken).toBe(false);
      expect(mounted.toSorted()).toEqual(volumes.map(({ name }) => name).toSorted());
      expect(container.volumeMounts).toContainEqual({ name: "tmp", mountPath: "/tmp" });
    }
  });

  it("mount keys to be read only, and a place for what the server writes", () => {
    expect(mountAt(settings.KEYS_DIR)).toMatchObject({ readOnly: true });
    expect(mountAt(settings.DATA_DIR)).toBeDefined();
    expect(settings.MEDIA_DIR.startsWith(settings.DATA_DIR)).toBe(true);
  });

  it("migrate with the command that does, and with the server's settings", () => {
    const [job] = migration.containers;

    expect(job.args).toEqual(["migrate"]);
    expect(job.envFrom).toEqual(server.envFrom);
    expect(migration.restartPolicy).toBe("OnFailure");
  });

  it("scale and protect the pods that the deployment makes", () => {
    const selector = z.object({ spec: z.object({ selector: z.object({ matchLabels: LABELS }) }) });
    const budget = find("PodDisruptionBudget", "flowpoint", selector);
    const autoscaler = find(
      "HorizontalPodAutoscaler",
      "flowpoint",
      z.object({
        spec: z.object({
          scaleTargetRef: z.object({ kind: z.string(), name: z.string() }),
          minReplicas: z.number(),
          maxReplicas: z.number(),
        }),
      }),
    ).spec;

    expect(deployment.template.metadata.labels).toMatchObject(deployment.selector.matchLabels);
    expect(budget.spec.selector).toEqual(deployment.selector);
    expect(autoscaler.scaleTargetRef).toEqual({ kind: "Deployment", name: "flowpoint" });
    expect(autoscaler.minReplicas).toBeGreaterThan(1);
    expect(autoscaler.maxReplicas).toBeGreaterThan(autoscaler.minReplicas);
  });
});
