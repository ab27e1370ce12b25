"""The embedded stack: a real S3 server and a real Airflow on loopback, from wheels alone, for one machine.

``python -m include.embedded demo|inspect|rejudge|up`` is what the Makefile calls. Everything it keeps lies in
``var/``.
"""
