"""What tests share: a real PostgreSQL, a template database cloned for each module, a founded town, builders."""
