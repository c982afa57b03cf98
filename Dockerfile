# One image for web, worker and the schema step; they differ by their command only.
FROM python:3.13-slim AS packages
COPY locks/serve.txt /tmp/serve.txt
RUN python -m venv /venv \
 && /venv/bin/python -m pip install --no-cache-dir --disable-pip-version-check --require-hashes -r /tmp/serve.txt

FROM python:3.13-slim
RUN useradd --system --uid 10001 --no-create-home --shell /usr/sbin/nologin plenary \
 && install -d -o plenary -g plenary -m 700 /survey-keys
COPY --from=packages /venv /venv
WORKDIR /plenary
COPY schema.sql ./
COPY migrations migrations
COPY emails emails
COPY service service
COPY workers workers
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 PLENARY_HTTP_HOST=0.0.0.0
USER plenary
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s --retries=3 \
  CMD ["python", "-c", "from urllib.request import urlopen; urlopen('http://127.0.0.1:8000/healthz', timeout=2).close()"]
CMD ["python", "-m", "service"]
