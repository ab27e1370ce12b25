# The image of every Airflow service in docker-compose.yaml: Airflow with the packages of the lock, and nothing of ours.
# The code is mounted read-only, so a changed rule file needs a restart and no new image.
FROM apache/airflow:3.3.2-python3.11

COPY --chown=airflow:0 requirements.txt constraints.txt /tmp/lock/
RUN pip install --no-cache-dir -r /tmp/lock/requirements.txt -c /tmp/lock/constraints.txt

# docker compose build --build-arg BROWSER=yes: Chromium for pages that only scripts fill (docs/operations.md).
ARG BROWSER=no
USER root
RUN if [ "$BROWSER" = yes ]; then apt-get update && apt-get install -y --no-install-recommends chromium && rm -rf /var/lib/apt/lists/*; fi
USER airflow
RUN if [ "$BROWSER" = yes ]; then pip install --no-cache-dir playwright -c /tmp/lock/constraints.txt; fi

ENV PYTHONPATH=/opt/airflow/deployment PYTHONUTF8=1
USER airflow
