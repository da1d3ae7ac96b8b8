# The daemon's image. Each step that installs something is a script that `make image-steps` proves without Docker.
#
#   docker build -t syncd .
#   docker run --rm --read-only -v ./syncd.yaml:/etc/syncd/syncd.yaml:ro -v syncd:/data -e HUBSPOT_TOKEN syncd
#
# No secret belongs in here: the configuration names environment variables or files, and they come with the container.
ARG PYTHON_VERSION=3.13

FROM python:${PYTHON_VERSION}-slim AS build
WORKDIR /source
COPY deploy/image deploy/image
RUN sh deploy/image/install.sh dependencies /source /opt/syncd
COPY . .
RUN sh deploy/image/install.sh project /source /opt/syncd

FROM python:${PYTHON_VERSION}-slim
LABEL org.opencontainers.image.title="syncd" \
      org.opencontainers.image.description="Keeps a HubSpot or Salesforce CRM clean" \
      org.opencontainers.image.licenses="Apache-2.0"
RUN useradd --system --uid 10001 --user-group --no-create-home --home-dir /data syncd \
    && install -d -o syncd -g syncd -m 0750 /data
COPY --from=build /opt/syncd /opt/syncd
COPY --from=build /source/deploy/image/healthcheck.py /opt/syncd/healthcheck.py
ENV PATH=/opt/syncd/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1
USER syncd
WORKDIR /data
VOLUME /data
EXPOSE 9187
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s --retries=3 \
    CMD ["python", "/opt/syncd/healthcheck.py"]
ENTRYPOINT ["syncd"]
CMD ["run", "--config", "/etc/syncd/syncd.yaml"]
