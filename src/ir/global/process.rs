//! The daemon as processes: identity, names, scheduling.

use std::time::Duration;

use crate::units::Spanned;

/// Which of several daemons this one is, and where it works.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Identity {
    /// `instance`: name in pid files and log lines.
    pub instance: Option<Spanned<String>>,
    /// `net_namespace`: entered at the start.
    pub net_namespace: Option<Spanned<String>>,
    /// `net_namespace_ipvs`: where IPVS is managed; an empty name is the initial namespace.
    pub net_namespace_ipvs: Option<Spanned<String>>,
    /// `namespace_with_ipsets`: usual set names inside a network namespace.
    pub namespace_with_ipsets: bool,
    /// `use_pid_dir`, or implied by `net_namespace` and `instance`.
    pub pid_directory: bool,
}

/// How the processes are named and scheduled.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Processes {
    /// `process_name` of the parent.
    pub parent_name: Option<Spanned<String>>,
    /// `vrrp_*`.
    pub vrrp: Process,
    /// `checker_*`.
    pub checker: Process,
    /// `bfd_*`.
    pub bfd: Process,
    /// `max_auto_priority`: real-time priority that a late process may give itself.
    pub max_auto_priority: AutoPriority,
    /// `min_auto_priority_delay`: how late that is; `None` means a second.
    pub min_auto_priority_delay: Option<Spanned<Duration>>,
    /// `child_wait_time`: patience with children at the end; `None` means 5 seconds.
    pub child_wait_time: Option<Spanned<Duration>>,
    /// `umask`: bits withheld from files, 0..=0o777; `None` means 0o177.
    pub umask: Option<Spanned<u16>>,
}

/// One child process.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Process {
    /// `*_process_name`, or given by `process_names`: at most 15 bytes.
    pub name: Option<Spanned<String>>,
    /// `*_priority`: nice value, -20..=19; `None` means unchanged.
    pub nice: Option<Spanned<i8>>,
    /// `*_no_swap`: locked in memory.
    pub no_swap: bool,
    /// `*_rt_priority`: `SCHED_RR` at this priority, 1..=99.
    pub rt_priority: Option<Spanned<u8>>,
    /// `*_cpu_affinity`: the only processors that it may use; empty means every one.
    pub cpus: Vec<Spanned<u16>>,
    /// `*_rlimit_rttime`: longest run without pause under real-time scheduling, whole microseconds;
    /// zero means no limit, `None` 10 ms.
    pub rlimit_rttime: Option<Spanned<Duration>>,
}

/// Whether a late process raises its own priority.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum AutoPriority {
    /// Not said: it does not, and a notice is logged.
    #[default]
    Unset,
    /// -1: it does not.
    Never,
    /// Up to this real-time priority, 0..=99.
    UpTo(u8),
}
