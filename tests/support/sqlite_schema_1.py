"""The tables of the embedded store as its first schema had them."""

from __future__ import annotations

TABLES = """
CREATE TABLE IF NOT EXISTS experiments (
  id TEXT PRIMARY KEY, creator TEXT NOT NULL, title TEXT NOT NULL, note TEXT NOT NULL, favourite INTEGER NOT NULL,
  created TEXT NOT NULL, origin TEXT, revision INTEGER NOT NULL, schema INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS experiments_created ON experiments (created);

CREATE TABLE IF NOT EXISTS versions (
  id TEXT PRIMARY KEY, experiment TEXT NOT NULL, number INTEGER NOT NULL, document TEXT NOT NULL,
  created TEXT NOT NULL, schema INTEGER NOT NULL, UNIQUE (experiment, number)
);

CREATE TABLE IF NOT EXISTS sweeps (
  id TEXT PRIMARY KEY, experiment TEXT NOT NULL, version TEXT NOT NULL, name TEXT NOT NULL, creator TEXT NOT NULL,
  conditions INTEGER NOT NULL, replicates INTEGER NOT NULL, seed INTEGER NOT NULL, runs INTEGER NOT NULL,
  created TEXT NOT NULL, schema INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS sweeps_experiment ON sweeps (experiment, created);

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
  schema INTEGER NOT NULL
);

CREATE TABLE IF NOT EXISTS statuses (
  run TEXT PRIMARY KEY, state TEXT NOT NULL, token INTEGER NOT NULL, worker TEXT, protocol INTEGER NOT NULL,
  ended TEXT, error TEXT, messages INTEGER NOT NULL, calls INTEGER NOT NULL, prompt_tokens INTEGER NOT NULL,
  completion_tokens INTEGER NOT NULL, started TEXT, finished TEXT, schema INTEGER NOT NULL
) WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS claims (
  run TEXT NOT NULL, token INTEGER NOT NULL, worker TEXT NOT NULL, at TEXT NOT NULL, protocol INTEGER NOT NULL,
  outcome TEXT, schema INTEGER NOT NULL, PRIMARY KEY (run, token)
) WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS workers (
  id TEXT PRIMARY KEY, host TEXT NOT NULL, boot TEXT NOT NULL, pid INTEGER NOT NULL, started TEXT NOT NULL,
  beat INTEGER NOT NULL, doing TEXT NOT NULL, schema INTEGER NOT NULL
) WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS journal (
  run TEXT NOT NULL, key TEXT NOT NULL, ordinal INTEGER NOT NULL, token INTEGER NOT NULL,
  fingerprint TEXT NOT NULL, source TEXT NOT NULL, answer TEXT NOT NULL, at TEXT NOT NULL, call TEXT,
  schema INTEGER NOT NULL, PRIMARY KEY (run, key)
);

CREATE TABLE IF NOT EXISTS events (
  run TEXT NOT NULL, key TEXT NOT NULL, seq INTEGER NOT NULL, kind TEXT NOT NULL, day INTEGER NOT NULL,
  idx INTEGER NOT NULL, author TEXT NOT NULL, role TEXT NOT NULL, content TEXT NOT NULL, flags TEXT NOT NULL,
  data TEXT NOT NULL, digest TEXT NOT NULL, schema INTEGER NOT NULL, PRIMARY KEY (run, key)
);
"""
