"""What the votes of a listening study say; pure functions of tables of votes.

One task a module: `shares`, `detection` (d′), `roc`, `hypotheses` (tests), `mixed` (models),
`preferences`, `agreement`, `flags`, `conclusions`, `planner`, and `simulate` with `plans` for
synthetic listeners. Results are frozen records or tables; words are the page's business.
"""
