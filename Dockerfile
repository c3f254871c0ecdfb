# The service, from hashed locks alone. See docs/operations.md: how it is built, run and checked.
FROM python:3.12-slim AS build

ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
WORKDIR /build

# What makes the wheel stays in this stage.
COPY deploy/build.lock deploy/build.lock
RUN python -m pip install --require-hashes --no-deps --requirement deploy/build.lock

# Before the source, so that a change of ours does not install the libraries anew. Wheels alone:
# a source distribution would run its own code here.
COPY deploy/requirements.lock deploy/requirements.lock
RUN python -m venv /opt/summarizer \
    && /opt/summarizer/bin/python -m pip install --require-hashes --no-deps --only-binary :all: \
        --requirement deploy/requirements.lock

COPY pyproject.toml README.md LICENSE ./
COPY prompts prompts
COPY policies policies
COPY samples samples
COPY eval_sets/smoke eval_sets/smoke
COPY summarizer summarizer
RUN python -m pip wheel --no-deps --no-build-isolation --no-index --wheel-dir /wheel . \
    && /opt/summarizer/bin/python -m pip install --no-deps --no-index /wheel/*.whl \
    && /opt/summarizer/bin/python -m pip uninstall --yes pip


FROM python:3.12-slim

# A number, so that an orchestrator can see that it is not root.
RUN groupadd --system --gid 10001 summarizer \
    && useradd --system --uid 10001 --gid 10001 --home-dir /data --no-create-home \
        --shell /usr/sbin/nologin summarizer \
    && install --directory --owner=10001 --group=10001 --mode=0700 /data /cache

COPY --from=build /opt/summarizer /opt/summarizer

# Nothing is written but to /data, /cache and /tmp: the root can be read-only.
ENV PATH=/opt/summarizer/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    HOME=/tmp \
    SUMMARIZER_DATA_DIR=/data \
    SUMMARIZER_CACHE_DIR=/cache \
    SUMMARIZER_LOG_FORMAT=json

USER 10001:10001
WORKDIR /tmp
VOLUME ["/data", "/cache"]
EXPOSE 8000
STOPSIGNAL SIGTERM

HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=3 \
    CMD ["python", "-c", "import urllib.request as r; r.urlopen('http://127.0.0.1:8000/healthz', timeout=4)"]

ENTRYPOINT ["summarizer"]
CMD ["serve", "--host", "0.0.0.0", "--port", "8000"]
