# docker build -t latchkey .
# docker run -p 3000:3000 -v latchkey:/data -e PUBLIC_URL=https://api.example.com latchkey
FROM node:22-slim AS build
RUN apt-get update && apt-get install -y --no-install-recommends g++ make python3
# The headers against which native modules are built come with the image.
ENV npm_config_nodedir=/usr/local
WORKDIR /latchkey
COPY package.json package-lock.json ./
RUN npm ci
COPY . .
# x86-64-v3 has AVX2, which every server processor has had since 2013 (Intel) and 2015 (AMD).
RUN npm run build \
  && if [ "$(uname -m)" = x86_64 ]; then ARGON2_MARCH=x86-64-v3 npm run build:argon2; fi \
  && npm prune --omit=dev

FROM node:22-slim
ENV NODE_ENV=production HOST=0.0.0.0 DATA_DIR=/data
WORKDIR /latchkey
COPY --from=build /latchkey/package.json ./
COPY --from=build /latchkey/node_modules node_modules
COPY --from=build /latchkey/assets assets
COPY --from=build /latchkey/dist dist
RUN ln -s /latchkey/dist/bin/latchkey.js /usr/local/bin/latchkey && chmod +x dist/bin/latchkey.js \
  && mkdir -m 0700 /data && chown node:node /data
USER node
VOLUME /data
EXPOSE 3000
# It asks itself, by whatever name its certificate is.
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s CMD NODE_NO_WARNINGS=1 NODE_TLS_REJECT_UNAUTHORIZED=0 \
  node -e "fetch((process.env.TLS_CERT ? 'https' : 'http') + '://127.0.0.1:' + (process.env.PORT || 3000) + '/health/ready').then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"
CMD ["latchkey", "start"]
