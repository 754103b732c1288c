-- The ground is open to read: which migrations and which files are in force.
grant usage on schema db to yui_app, yui_auditor;
grant select on db.sql_file, db.alembic_version to yui_app, yui_auditor;
