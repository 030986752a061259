"""Training runs: settings, the plan of batches and masks, the worker process, snapshots, history, saved models.

``trainer`` has the run itself, one object that takes steps. ``run`` has the interface to a run, which trains in this
process (``InlineRun``) or in the worker (``worker.run.WorkerRun``). This package imports no user interface.
"""
