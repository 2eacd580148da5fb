# The image of cen-attach: the worker, and with other arguments every other command. docs/container.md has how to build and run it.

FROM node:24.21.0-trixie-slim AS base
WORKDIR /build
COPY package.json package-lock.json .npmrc ./

FROM base AS build
RUN npm ci
COPY tsconfig.json ./
COPY deploy deploy
COPY docs/generate docs/generate
COPY lib lib
COPY functions functions
RUN npm run build:node

FROM base AS dependencies
RUN npm ci --omit=dev

# Node.js and the libraries that it links to: no shell, no package manager.
FROM gcr.io/distroless/nodejs24-debian13:nonroot
WORKDIR /app
ENV NODE_ENV=production \
    PATH=/nodejs/bin \
    METRICS_HOST=0.0.0.0 \
    METRICS_PORT=9464
COPY LICENSE package.json ./
COPY --from=dependencies /build/node_modules node_modules
COPY events events
COPY --from=build /build/dist/page dist/page
COPY --from=build /build/dist/lib dist/lib
COPY --from=build /build/dist/functions dist/functions
USER 65532:65532
EXPOSE 9464
# Of the worker. The image has no other program than node.
HEALTHCHECK --interval=10s --timeout=5s --start-period=20s \
    CMD ["node", "-e", "fetch('http://127.0.0.1:' + process.env.METRICS_PORT + '/healthz').then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
# Node is the first process of the container, so that SIGTERM reaches it.
ENTRYPOINT ["node", "dist/functions/cli.js"]
CMD ["worker"]
