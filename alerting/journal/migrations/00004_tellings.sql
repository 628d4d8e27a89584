-- +goose Up

-- The deliveries of one telling together, as a JSON array: who was told the
-- incident's update of this number, and how far each got.
CREATE TABLE tellings (
    incident TEXT    NOT NULL,
    number   INTEGER NOT NULL,
    payload  BLOB    NOT NULL,
    UNIQUE (incident, number)
) STRICT;
INSERT INTO tellings (incident, number, payload)
    SELECT incident, json_extract(CAST(payload AS TEXT), '$.number'), CAST(json_group_array(json(CAST(payload AS TEXT))) AS BLOB)
    FROM deliveries GROUP BY 1, 2;
DROP TABLE deliveries;
