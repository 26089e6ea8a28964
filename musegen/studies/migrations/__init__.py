"""The database's schema, step by step; run by `musegen.studies.database` on opening."""
