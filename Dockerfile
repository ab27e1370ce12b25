# The image of every Airflow service in docker-compose.yaml: Airflow with the packages of the lock, and nothing of ours.
# The code is mounted read-only, so a changed rule file needs a restart and no new image.
FROM apache/airflow:3.3.2-python3.11

COPY --chown=airflow:0 requirements.txt constraints.txt /tmp/lock/
RUN pip install --no-cache-dir -r /tmp/lock/requirements.txt -c /tmp/lock/constraints.txt

ENV PYTHONPATH=/opt/airflow/deployment PYTHONUTF8=1
USER airflow
