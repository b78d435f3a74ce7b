-- Three roles. portal_owner owns everything and is used by `release` alone; portal_app works and owns nothing: it cannot
-- empty a table, drop or switch off a trigger, or change a table. So nobody who has the web server's password can take an
-- entry out of the ledger.
--
-- As a superuser, in the portal's empty database, before the first release. Set passwords yourself (\password), or use the
-- socket with peer authentication:  psql --dbname portal --file deploy/postgresql/roles.sql
-- Both settings below can be repeated.

DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'portal_owner') THEN CREATE ROLE portal_owner LOGIN; END IF;
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'portal_app') THEN CREATE ROLE portal_app LOGIN; END IF;
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'portal_backup') THEN CREATE ROLE portal_backup LOGIN; END IF;
END $$;
ALTER ROLE portal_owner NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS;
ALTER ROLE portal_app NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS;
-- portal_backup takes base backups and the log. It reads every byte of the server that way, and no table by SQL.
ALTER ROLE portal_backup NOSUPERUSER NOCREATEDB NOCREATEROLE REPLICATION NOBYPASSRLS;
-- A statement that hangs ends, and so does a transaction whose process died elsewhere.
ALTER ROLE portal_app SET idle_in_transaction_session_timeout = '60s';
ALTER ROLE portal_app SET statement_timeout = '10min';

REVOKE ALL ON SCHEMA public FROM PUBLIC;
GRANT USAGE, CREATE ON SCHEMA public TO portal_owner;
GRANT USAGE ON SCHEMA public TO portal_app;
ALTER DEFAULT PRIVILEGES FOR ROLE portal_owner IN SCHEMA public
    GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO portal_app;
ALTER DEFAULT PRIVILEGES FOR ROLE portal_owner IN SCHEMA public GRANT USAGE ON SEQUENCES TO portal_app;
