-- Records that the final state does not have: each start of a plan or chunk, and each end of a job.
CREATE TABLE audit_starts (job uuid, chunk integer, at timestamptz DEFAULT clock_timestamp());
CREATE TABLE audit_ends (job uuid, status text, at timestamptz DEFAULT clock_timestamp());

CREATE FUNCTION audit_start() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_TABLE_NAME = 'tasks_importjob' THEN
        INSERT INTO audit_starts (job) VALUES (NEW.id);
    ELSE
        INSERT INTO audit_starts (job, chunk) VALUES (NEW.job_id, NEW.number);
    END IF;
    RETURN NULL;
END $$;
CREATE FUNCTION audit_end() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO audit_ends (job, status) VALUES (NEW.id, NEW.status);
    RETURN NULL;
END $$;

CREATE TRIGGER audit_start AFTER UPDATE OF attempts ON tasks_importjob FOR EACH ROW
    WHEN (NEW.started_at IS DISTINCT FROM OLD.started_at) EXECUTE FUNCTION audit_start();
CREATE TRIGGER audit_start AFTER UPDATE OF attempts ON tasks_importchunk FOR EACH ROW
    WHEN (NEW.started_at IS DISTINCT FROM OLD.started_at) EXECUTE FUNCTION audit_start();
CREATE TRIGGER audit_end AFTER UPDATE OF status ON tasks_importjob FOR EACH ROW
    WHEN (NEW.status IN ('SUCCESS', 'FAILURE', 'REVOKED')
          AND (NEW.status, NEW.created, NEW.updated, NEW.failed, NEW.finished_at)
              IS DISTINCT FROM (OLD.status, OLD.created, OLD.updated, OLD.failed, OLD.finished_at))
    EXECUTE FUNCTION audit_end();
