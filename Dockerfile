FROM python:3.13-slim AS builder
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
WORKDIR /srv
RUN python -m venv --without-pip venv
COPY requirements.txt .
RUN pip --python venv/bin/python install --require-hashes --no-deps -r requirements.txt
COPY app app
COPY deploy/*.py deploy/
RUN python -m compileall -q app deploy
# collectstatic reads all settings, so they need values. It connects to no server, and the image does
# not keep the values.
RUN export DJANGO_SECRET_KEY=only-for-collecting-the-files-of-this-image \
        JWT_SECRET_KEY=only-for-collecting-the-files-of-this-image \
        DB_PASSWORD=none REDIS_URL=redis://none STATIC_ROOT=/srv/static && \
    venv/bin/python app/manage.py collectstatic --no-input --verbosity 0


FROM nginx:1.28-alpine AS proxy
RUN mkdir -p /var/spool/nginx && chown nginx /var/spool/nginx
COPY deploy/nginx/*.conf /etc/nginx/
COPY deploy/nginx/errors /srv/errors
COPY --chmod=755 deploy/nginx/prepare.sh /docker-entrypoint.d/50-prepare.sh
COPY --from=builder /srv/static /srv/static
# No version and no revision: an upgrade replaces the proxy only if one of its files has changed.
USER nginx
EXPOSE 8080 8081
HEALTHCHECK --interval=5s --timeout=3s --start-period=10s --retries=3 \
    CMD ["wget", "-q", "-O", "/dev/null", "http://127.0.0.1:8082/"]


FROM python:3.13-slim AS app
RUN useradd --uid 10001 --no-create-home --home-dir /tmp app && \
    install -d -o app -g app /srv/media /srv/secrets /srv/secrets-of \
        /srv/secrets-of/web /srv/secrets-of/workers /srv/secrets-of/postgres /srv/secrets-of/redis \
        /srv/secrets-of/grafana /srv/secrets-of/store
COPY --from=builder /srv/venv /srv/venv
COPY --from=builder /srv/app /srv/app
COPY --from=builder /srv/deploy /srv/deploy
COPY entrypoint.sh /srv/
ENV PATH=/srv/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    HEARTBEAT_FILE=/tmp/heartbeat \
    MEDIA_ROOT=/srv/media \
    PROMETHEUS_MULTIPROC_DIR=/tmp/metrics \
    WEB_BIND=0.0.0.0:8000
USER app
WORKDIR /srv/app
EXPOSE 8000
ENTRYPOINT ["/srv/entrypoint.sh"]
CMD ["web"]
HEALTHCHECK --interval=5s --timeout=10s --start-period=120s --retries=3 \
    CMD ["python", "-I", "/srv/deploy/healthcheck.py"]
ARG BUILD_REVISION=
ENV BUILD_REVISION=$BUILD_REVISION
LABEL org.opencontainers.image.version="1.0.0" \
      org.opencontainers.image.revision=$BUILD_REVISION
