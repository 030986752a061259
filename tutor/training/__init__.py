"""A training run: its settings, its plan of batches and masks, the worker process, snapshots, history, saved models.

``trainer`` is the run itself, one object that takes steps. ``run`` is how others see one, whether it goes on in
this process (``InlineRun``) or in the worker (``client.WorkerRun``). No interface is imported here.
"""
