"""A table as a paper might publish it: two models, two goals, eight seeds, six turns a conversation."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

DESIGN = """
title: A paper's table
note: Does the goal matter?
run: [model, goal, seed]
block: seed
factors:
  goal: {levels: [yard, escape]}
  model: {baseline: llama}
outcomes:
  persuaded: {type: yes_no}
  hostility: {type: scale, from: 1, to: 7}
"""


def paper_table() -> pd.DataFrame:
    """A row a turn; qwen's run of the goal escape with seed 8 failed and has no outcome."""
    rng = np.random.default_rng(1)
    rows = []
    for model in ("llama", "qwen"):
        for goal in ("yard", "escape"):
            for seed in range(1, 9):
                level = np.random.default_rng(seed).normal() + 0.8 * (goal == "escape")
                failed = (model, goal, seed) == ("qwen", "escape", 8)
                for turn in range(1, 7):
                    hostility = 1 + round(min(6.0, max(0.0, 3 + level + rng.normal())))
                    yes = rng.random() < (0.6 if goal == "yard" else 0.25)
                    rows.append({
                        "model": model, "goal": goal, "seed": seed, "turn": turn,
                        "persuaded": None if failed else "yes" if yes else "no",
                        "hostility": None if failed else str(hostility),
                        "status": "error" if failed else "ok",
                        "probe": "missed" if seed == 3 and model == "llama" else "passed",
                    })  # fmt: skip
    return pd.DataFrame(rows)


def write_files(folder: Path, table: pd.DataFrame | str, design: str = DESIGN) -> tuple[Path, Path]:
    """Write a table and its design; returns their paths."""
    data, declared = folder / "paper.csv", folder / "design.yaml"
    data.write_text(table if isinstance(table, str) else table.to_csv(index=False), encoding="utf-8")
    declared.write_text(design, encoding="utf-8")
    return data, declared
