"""What the server is told on its command line."""

from collections.abc import Mapping

# Small enough for a laptop that does other things; said on the command line, so that a newer
# version of Parta needs to edit no file of an older one's data.
SETTINGS: Mapping[str, str] = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "120",
    "shared_buffers": "32MB",
    "huge_pages": "off",
    "io_method": "sync",  # the default keeps three worker processes for reads we do not have
    "jit": "off",
    "max_worker_processes": "2",
    "max_parallel_workers_per_gather": "0",
    "autovacuum_max_workers": "2",
    "track_io_timing": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "max_logical_replication_workers": "0",
    "max_wal_size": "256MB",
    "min_wal_size": "32MB",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_destination": "stderr",
    "logging_collector": "off",
    "log_checkpoints": "off",
    "cluster_name": "parta",
}
# For tests: what was committed outlives a killed server but not a machine that dies. Without fsync
# a synchronous commit costs nothing; without it a killed server would forget the last ones.
FORGETFUL: Mapping[str, str] = {"fsync": "off", "full_page_writes": "off"}
