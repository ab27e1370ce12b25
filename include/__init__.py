"""Everything the DAGs use: the domain package, its rules, templates and the made-up city."""
