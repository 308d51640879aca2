# syntax=docker/dockerfile:1
# Flowpoint without its development parts, on an official Node image.
#
#   docker build -t flowpoint .          (deploy/build-image.sh where no Docker runs)
#   docker run --read-only --tmpfs /tmp -p 3000:3000 --env-file production.env flowpoint
#
# Migrations are a step of their own: `docker run --env-file … flowpoint migrate`. Handlers of your own: mount their folder
# and set HANDLERS_DIR.

FROM node:24.21.0-bookworm-slim AS dependencies
WORKDIR /app
# package.json refers to tools/, though nothing of it is installed without the development parts.
COPY package.json package-lock.json ./
COPY tools ./tools
RUN npm ci --omit=dev --no-audit --no-fund && npm cache clean --force

FROM node:24.21.0-bookworm-slim
WORKDIR /app
# On all interfaces: only what the container publishes can be reached from outside it.
ENV NODE_ENV=production HOST=0.0.0.0 ADMIN_HOST=0.0.0.0 DATA_DIR=/var/lib/flowpoint
# The only folder the server writes to: media. /tmp, if it can be written, has the compile cache.
RUN install --directory --owner=node --group=node --mode=0700 /var/lib/flowpoint
COPY --from=dependencies /app/node_modules ./node_modules
COPY package.json LICENSE ./
COPY bin ./bin
COPY src ./src
COPY migrations ./migrations
COPY handlers ./handlers
USER node
EXPOSE 3000 3001
# Over the admin listener, which speaks plain HTTP whatever TLS the public one has.
HEALTHCHECK --interval=10s --timeout=3s --retries=3 \
  CMD ["node", "-e", "fetch('http://127.0.0.1:' + (process.env.ADMIN_PORT || 3001) + '/livez').then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"]
# Exec form, so that the server itself gets SIGTERM. It starts no processes that would need an init to reap them.
ENTRYPOINT ["node", "bin/flowpoint.js"]
CMD ["serve"]
