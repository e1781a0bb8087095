"""Facts → findings: identities within a report, continuity between years, narrative against tables."""
