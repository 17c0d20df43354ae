-- Who may do what: four roles, the schemas they work in, and what later objects grant by themselves.
--
-- Roles belong to the whole server: another database of ours may have made them already, or may be making them now.
-- Run by the connecting user; every later migration runs as marketplace_owner.

DO $$
DECLARE
    wanted text;
BEGIN
    FOREACH wanted IN ARRAY ARRAY['marketplace_owner', 'marketplace_follower', 'marketplace_append', 'marketplace_web']
    LOOP
        IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = wanted) THEN
            BEGIN
                EXECUTE format('CREATE ROLE %I NOLOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS', wanted);
            EXCEPTION WHEN duplicate_object OR unique_violation THEN
                NULL;  -- made by another database of ours at this very moment
            END;
        END IF;
        -- USAGE, and not MEMBER: from PostgreSQL 16 on, whoever makes a role administers it without acting as it.
        IF NOT pg_has_role(current_user, wanted, 'USAGE') THEN
            EXECUTE format('GRANT %I TO CURRENT_USER', wanted);
        END IF;
    END LOOP;
    IF EXISTS (SELECT FROM pg_roles WHERE rolname LIKE 'marketplace\_%' AND (rolsuper OR rolbypassrls)) THEN
        RAISE EXCEPTION 'a role named marketplace_… is a superuser or passes row-level security by';
    END IF;
    EXECUTE format('GRANT CREATE ON DATABASE %I TO marketplace_owner, marketplace_follower', current_database());
END
$$;

CREATE EXTENSION IF NOT EXISTS unaccent;
CREATE EXTENSION IF NOT EXISTS pg_trgm;

CREATE SCHEMA log AUTHORIZATION marketplace_owner;
CREATE SCHEMA site AUTHORIZATION marketplace_owner;
-- The follower makes a schema read_<model>_<generation> for each read model, and views here over the live ones.
CREATE SCHEMA read AUTHORIZATION marketplace_follower;

GRANT USAGE ON SCHEMA log TO marketplace_append, marketplace_follower, marketplace_web;
GRANT USAGE ON SCHEMA site TO marketplace_append, marketplace_follower, marketplace_web;
GRANT USAGE ON SCHEMA read TO marketplace_append, marketplace_web;

-- The log is read by those who append and those who follow; each table says itself what else they may do.
-- Pages may enter the schema and see nothing of it, unless a table says so.
ALTER DEFAULT PRIVILEGES FOR ROLE marketplace_owner IN SCHEMA log
    GRANT SELECT ON TABLES TO marketplace_append, marketplace_follower;

-- Working state of the site: sessions, tokens, outbox. Rows are written by pages, and by reactions and senders.
ALTER DEFAULT PRIVILEGES FOR ROLE marketplace_owner IN SCHEMA site
    GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO marketplace_append, marketplace_follower, marketplace_web;
ALTER DEFAULT PRIVILEGES FOR ROLE marketplace_owner IN SCHEMA site
    GRANT USAGE ON SEQUENCES TO marketplace_append, marketplace_follower, marketplace_web;

-- Whatever the follower makes may be read by pages and by use cases, row by row as row-level security allows.
ALTER DEFAULT PRIVILEGES FOR ROLE marketplace_follower GRANT USAGE ON SCHEMAS TO marketplace_append, marketplace_web;
ALTER DEFAULT PRIVILEGES FOR ROLE marketplace_follower GRANT SELECT ON TABLES TO marketplace_append, marketplace_web;

CREATE TABLE log.migration (
    number integer PRIMARY KEY,
    name text NOT NULL,
    sha256 bytea NOT NULL,
    applied_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
ALTER TABLE log.migration OWNER TO marketplace_owner;
GRANT SELECT ON log.migration TO marketplace_append, marketplace_follower, marketplace_web;
