"""The tables of the embedded store. Every row carries the schema number under which it was written."""

from __future__ import annotations

SCHEMA = 3
APPLICATION = 0x50C1A71A
"""Marks a SQLite file as ours (PRAGMA application_id)."""

TABLES = """
CREATE TABLE IF NOT EXISTS experiments (
  id TEXT PRIMARY KEY, creator TEXT NOT NULL, title TEXT NOT NULL, note TEXT NOT NULL, favourite INTEGER NOT NULL,
  created TEXT NOT NULL, origin TEXT, revision INTEGER NOT NULL, schema INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS experiments_latest ON experiments (created DESC, id);
CREATE INDEX IF NOT EXISTS experiments_creator ON experiments (creator, favourite, created DESC, id);
CREATE INDEX IF NOT EXISTS experiments_favourite ON experiments (favourite, created DESC, id);

CREATE TABLE IF NOT EXISTS versions (
  id TEXT PRIMARY KEY, experiment TEXT NOT NULL, number INTEGER NOT NULL, document TEXT NOT NULL,
  created TEXT NOT NULL, roles TEXT NOT NULL, models TEXT NOT NULL, served TEXT NOT NULL, schema INTEGER NOT NULL,
  by TEXT, UNIQUE (experiment, number)
);

CREATE TABLE IF NOT EXISTS sweeps (
  id TEXT PRIMARY KEY, experiment TEXT NOT NULL, version TEXT NOT NULL, name TEXT NOT NULL, creator TEXT NOT NULL,
  conditions INTEGER NOT NULL, replicates INTEGER NOT NULL, seed INTEGER NOT NULL, runs INTEGER NOT NULL,
  created TEXT NOT NULL, schema INTEGER NOT NULL, origin TEXT, origin_kind TEXT, origin_at TEXT, origin_changes TEXT
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS sweeps_latest ON sweeps (created DESC, id);
CREATE INDEX IF NOT EXISTS sweeps_experiment ON sweeps (experiment, created DESC, id);

CREATE TABLE IF NOT EXISTS epochs (
  sweep TEXT NOT NULL, model TEXT NOT NULL, number INTEGER NOT NULL, version TEXT NOT NULL, creator TEXT NOT NULL,
  at TEXT NOT NULL, schema INTEGER NOT NULL, PRIMARY KEY (sweep, model, number)
) WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS members (
  sweep TEXT NOT NULL, position INTEGER NOT NULL, run TEXT NOT NULL, replicate INTEGER NOT NULL,
  condition TEXT NOT NULL, schema INTEGER NOT NULL, PRIMARY KEY (sweep, position)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS members_run ON members (run);

CREATE TABLE IF NOT EXISTS runs (
  id TEXT PRIMARY KEY, experiment TEXT NOT NULL, creator TEXT NOT NULL, replicate INTEGER NOT NULL,
  seed INTEGER NOT NULL, content TEXT NOT NULL, stream TEXT NOT NULL, created TEXT NOT NULL,
  schema INTEGER NOT NULL, origin TEXT, origin_at TEXT
);
CREATE INDEX IF NOT EXISTS runs_experiment ON runs (experiment);
CREATE INDEX IF NOT EXISTS runs_origin ON runs (origin);

CREATE TABLE IF NOT EXISTS statuses (
  run TEXT PRIMARY KEY, state TEXT NOT NULL, token INTEGER NOT NULL, worker TEXT, protocol INTEGER NOT NULL,
  ended TEXT, error TEXT, messages INTEGER NOT NULL, calls INTEGER NOT NULL, prompt_tokens INTEGER NOT NULL,
  completion_tokens INTEGER NOT NULL, by_model TEXT, started TEXT, finished TEXT, experiment TEXT NOT NULL,
  tags TEXT NOT NULL, schema INTEGER NOT NULL, by TEXT
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS statuses_experiment ON statuses (experiment, state);

CREATE TABLE IF NOT EXISTS claims (
  run TEXT NOT NULL, token INTEGER NOT NULL, worker TEXT NOT NULL, at TEXT NOT NULL, protocol INTEGER NOT NULL,
  outcome TEXT, schema INTEGER NOT NULL, by TEXT, hypotheses TEXT, PRIMARY KEY (run, token)
) WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS edits (
  kind TEXT NOT NULL, of TEXT NOT NULL, revision INTEGER NOT NULL, editor TEXT NOT NULL, at TEXT NOT NULL,
  note TEXT NOT NULL, favourite INTEGER NOT NULL, schema INTEGER NOT NULL, PRIMARY KEY (kind, of, revision)
) WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS deletions (
  kind TEXT NOT NULL, of TEXT NOT NULL, experiment TEXT NOT NULL, title TEXT NOT NULL, by TEXT NOT NULL,
  at TEXT NOT NULL, schema INTEGER NOT NULL, PRIMARY KEY (kind, of)
) WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS workers (
  id TEXT PRIMARY KEY, host TEXT NOT NULL, boot TEXT NOT NULL, pid INTEGER NOT NULL, started TEXT NOT NULL,
  beat INTEGER NOT NULL, doing TEXT NOT NULL, schema INTEGER NOT NULL, by TEXT
) WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS journal (
  run TEXT NOT NULL, key TEXT NOT NULL, ordinal INTEGER NOT NULL, token INTEGER NOT NULL,
  fingerprint TEXT NOT NULL, source TEXT NOT NULL, answer TEXT NOT NULL, at TEXT NOT NULL, call TEXT,
  schema INTEGER NOT NULL, PRIMARY KEY (run, key)
);

CREATE TABLE IF NOT EXISTS inputs (
  run TEXT NOT NULL, number INTEGER NOT NULL, author TEXT NOT NULL, content TEXT NOT NULL, creator TEXT NOT NULL,
  at TEXT NOT NULL, act TEXT, schema INTEGER NOT NULL, PRIMARY KEY (run, number)
) WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS events (
  run TEXT NOT NULL, key TEXT NOT NULL, seq INTEGER NOT NULL, kind TEXT NOT NULL, day INTEGER NOT NULL,
  idx INTEGER NOT NULL, author TEXT NOT NULL, role TEXT NOT NULL, content TEXT NOT NULL, flags TEXT NOT NULL,
  data TEXT NOT NULL, digest TEXT NOT NULL, schema INTEGER NOT NULL, PRIMARY KEY (run, key)
);

CREATE TABLE IF NOT EXISTS steering (
  sweep TEXT NOT NULL, number INTEGER NOT NULL, action TEXT NOT NULL, target TEXT NOT NULL, value TEXT NOT NULL,
  former TEXT NOT NULL, reason TEXT NOT NULL, by TEXT NOT NULL, at TEXT NOT NULL, schema INTEGER NOT NULL,
  PRIMARY KEY (sweep, number)
) WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS interviews (
  run TEXT NOT NULL, sitting TEXT NOT NULL, turn INTEGER NOT NULL, agent TEXT NOT NULL, at TEXT NOT NULL,
  question TEXT NOT NULL, fingerprint TEXT NOT NULL, call TEXT NOT NULL, reply TEXT NOT NULL, by TEXT NOT NULL,
  asked TEXT NOT NULL, other_model INTEGER NOT NULL, cost REAL, answer TEXT NOT NULL, schema INTEGER NOT NULL,
  form TEXT, flags TEXT, provider_model TEXT, former TEXT, PRIMARY KEY (run, sitting, turn)
);

CREATE TABLE IF NOT EXISTS codebooks (
  id TEXT PRIMARY KEY, experiment TEXT NOT NULL, title TEXT NOT NULL, number INTEGER NOT NULL, document TEXT NOT NULL,
  creator TEXT NOT NULL, created TEXT NOT NULL, schema INTEGER NOT NULL
);
CREATE INDEX IF NOT EXISTS codebooks_experiment ON codebooks (experiment, created, id);

CREATE TABLE IF NOT EXISTS labels (
  codebook TEXT NOT NULL, run TEXT NOT NULL, subject TEXT NOT NULL, item TEXT NOT NULL, annotator TEXT NOT NULL,
  revision INTEGER NOT NULL, value TEXT NOT NULL, at TEXT NOT NULL, kind TEXT NOT NULL, note TEXT NOT NULL,
  schema INTEGER NOT NULL, PRIMARY KEY (codebook, run, subject, item, annotator, revision)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS labels_run ON labels (run);

CREATE TABLE IF NOT EXISTS measures (
  run TEXT NOT NULL, name TEXT NOT NULL, version TEXT NOT NULL, subject TEXT NOT NULL, value TEXT NOT NULL,
  at TEXT NOT NULL, schema INTEGER NOT NULL, PRIMARY KEY (run, name, version, subject)
) WITHOUT ROWID;
"""

LATER_COLUMNS = (
    ("statuses", "by_model", "TEXT"),
    ("statuses", "by", "TEXT"),
    ("versions", "by", "TEXT"),
    ("claims", "by", "TEXT"),
    ("claims", "hypotheses", "TEXT"),
    ("workers", "by", "TEXT"),
    ("interviews", "form", "TEXT"),
    ("interviews", "flags", "TEXT"),
    ("interviews", "provider_model", "TEXT"),
    ("interviews", "former", "TEXT"),
    ("inputs", "act", "TEXT"),
)
"""Columns that tables of this schema got later, with a default that means what their absence meant: a file that lacks
them gets them when it is opened, and versions that do not know them go on working beside."""
