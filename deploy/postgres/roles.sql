-- The roles of a server on PostgreSQL, with their time-outs. Run once per cluster by a superuser, before `orderbase migrate up`:
--
--     psql -f deploy/postgres/roles.sql
--     ALTER ROLE orderbase_owner PASSWORD '…';  -- and of the others that sign in by password
--     CREATE DATABASE orderbase OWNER orderbase_owner;
--
-- `orderbase_owner` migrates and never serves; the server refuses to start as a superuser, as a role that bypasses row-level security,
-- or as the owner of a table. It may be run again.

DO $do$
DECLARE
    wanted text;
BEGIN
    FOREACH wanted IN ARRAY ARRAY['orderbase_owner', 'orderbase_app', 'orderbase_worker', 'orderbase_backup'] LOOP
        BEGIN
            EXECUTE format('CREATE ROLE %I LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS', wanted);
        EXCEPTION
            WHEN duplicate_object OR unique_violation THEN NULL;
        END;
    END LOOP;
END
$do$;

-- A dump would otherwise lack what the policies hide.
ALTER ROLE orderbase_backup BYPASSRLS;

ALTER ROLE orderbase_app SET statement_timeout = '5s';
ALTER ROLE orderbase_app SET lock_timeout = '2s';
ALTER ROLE orderbase_app SET idle_in_transaction_session_timeout = '10s';
ALTER ROLE orderbase_app SET client_connection_check_interval = '2s';

ALTER ROLE orderbase_worker SET statement_timeout = '30s';
ALTER ROLE orderbase_worker SET lock_timeout = '2s';
ALTER ROLE orderbase_worker SET idle_in_transaction_session_timeout = '10s';
ALTER ROLE orderbase_worker SET client_connection_check_interval = '2s';
