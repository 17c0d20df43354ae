-- Photos and files: bytes outside the log, sealed under the same keys as its private text, gone when their key goes.
-- Reading is for the role that appends: a page first sees, as its reader, the listing that names a photo.

CREATE TABLE log.blob (
    id uuid NOT NULL,
    width integer NOT NULL CHECK (width >= 0),
    subject text NOT NULL,
    stream text NOT NULL,
    key uuid NOT NULL,
    media_type text NOT NULL,
    sha256 bytea NOT NULL CHECK (length(sha256) = 32),
    size integer NOT NULL,
    sealed bytea NOT NULL,
    made_at timestamptz NOT NULL,
    named boolean NOT NULL DEFAULT false,
    PRIMARY KEY (id, width)
);
-- Sealed bytes do not get smaller.
ALTER TABLE log.blob ALTER COLUMN sealed SET STORAGE EXTERNAL;
COMMENT ON COLUMN log.blob.width IS 'Of a picture, in pixels: the same photo in each of its sizes. 0: not a picture.';
COMMENT ON COLUMN log.blob.stream IS 'What it belongs to, such as a listing; redacting the words of that stream takes it along.';
COMMENT ON COLUMN log.blob.sha256 IS 'Of the plain bytes; goes with the row when its subject is erased.';
COMMENT ON COLUMN log.blob.size IS 'Of the plain bytes.';
COMMENT ON COLUMN log.blob.named IS 'Whether an event names it; what none names after a day was given up with its form.';
CREATE INDEX blob_stream ON log.blob (stream);
CREATE INDEX blob_key ON log.blob (key);
CREATE INDEX blob_unnamed ON log.blob (made_at) WHERE NOT named;

-- The key's row is locked until the blob is visible, so that no erasure can pass between the two.
CREATE FUNCTION log.put_blob(
    of_id uuid, of_width integer, of_subject text, in_stream text, under_key uuid, of_type text,
    plain_sha256 bytea, plain_size integer, sealed_bytes bytea, clock timestamptz
) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    PERFORM FROM log.private_key k WHERE k.id = under_key AND k.subject = of_subject FOR KEY SHARE;
    IF NOT FOUND THEN
        RETURN false;
    END IF;
    INSERT INTO log.blob (id, width, subject, stream, key, media_type, sha256, size, sealed, made_at)
    VALUES (of_id, of_width, of_subject, in_stream, under_key, of_type, plain_sha256, plain_size, sealed_bytes, clock)
    ON CONFLICT DO NOTHING;
    RETURN true;
END $$;

-- Whoever throws a key away throws away what was sealed under it, whichever way they came.
CREATE FUNCTION log.drop_blobs() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    DELETE FROM log.blob b USING gone WHERE b.key = gone.id;
    RETURN NULL;
END $$;
CREATE TRIGGER blobs_go_with_their_key AFTER DELETE ON log.private_key
    REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION log.drop_blobs();

REVOKE ALL ON FUNCTION log.put_blob(uuid, integer, text, text, uuid, text, bytea, integer, bytea, timestamptz),
    log.drop_blobs() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION log.put_blob(uuid, integer, text, text, uuid, text, bytea, integer, bytea, timestamptz)
    TO marketplace_append;
GRANT DELETE, UPDATE (named) ON log.blob TO marketplace_append;
REVOKE SELECT ON log.blob FROM marketplace_follower;
