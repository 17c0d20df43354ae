-- The read side: how far each read model has come, and who is looking when a row is about to be shown.

-- One row per generation of a read model; its tables stand in the schema read_<name>_<generation>, and the views of
-- schema read look at the live one. Rows and position change in one transaction.
CREATE TABLE log.read_model (
    name text NOT NULL,
    generation integer NOT NULL,
    version integer NOT NULL,
    position bigint NOT NULL DEFAULT 0,
    state text NOT NULL CHECK (state IN ('live', 'stalled', 'building')),
    error text,
    since timestamptz,
    PRIMARY KEY (name, generation)
);
COMMENT ON COLUMN log.read_model.version IS 'Of the code that made the tables; other code rebuilds beside, then switches.';
COMMENT ON COLUMN log.read_model.state IS 'live or stalled: this generation is shown; building: not yet.';
COMMENT ON COLUMN log.read_model.since IS 'Stalled: since when, by the one clock.';
CREATE UNIQUE INDEX read_model_shown ON log.read_model (name) WHERE state IN ('live', 'stalled');
GRANT INSERT, UPDATE, DELETE ON log.read_model TO marketplace_follower;
GRANT SELECT ON log.read_model TO marketplace_web;

-- What a page says of its reader holds for one transaction: set_config('app.…', …, true). Nothing said: a visitor.
CREATE FUNCTION site.viewer() RETURNS text
LANGUAGE sql STABLE PARALLEL SAFE
RETURN coalesce(current_setting('app.viewer', true), '');

CREATE FUNCTION site.viewer_in(setting text) RETURNS text[]
LANGUAGE sql STABLE PARALLEL SAFE
RETURN coalesce(nullif(current_setting('app.' || setting, true), ''), '{}')::text[];
COMMENT ON FUNCTION site.viewer_in(text) IS
    'The companies the viewer acts for; the zones they belong to, run, moderate, facilitate or administer.';

-- A page that waits for its own command waits for no more than there is.
CREATE FUNCTION log.head() RETURNS bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
RETURN (SELECT coalesce(max(notification_id), 0) FROM log.stored_events);
REVOKE ALL ON FUNCTION log.head() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION log.head() TO marketplace_append, marketplace_follower, marketplace_web;
