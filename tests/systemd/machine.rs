//! A systemd with everything that it needs around it.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use crate::lab::{Daemon, Lab, ready};

/// How long anything may take here.
const PATIENCE: Duration = Duration::from_secs(30);

/// What makes the world of a machine and becomes its process 1. Arguments: a folder, the folder of
/// units.
const WORLD: &str = r#"
set -eu
base=$1
root=$base/root
mount --make-rprivate /
mount -t tmpfs tmpfs $base/layers
mkdir $base/layers/upper $base/layers/work
mount -t overlay overlay -o lowerdir=/,upperdir=$base/layers/upper,workdir=$base/layers/work $root
mount -t proc proc $root/proc
mount -t sysfs sysfs $root/sys
for folder in run tmp dev; do mount -t tmpfs tmpfs $root/$folder; done
chmod 1777 $root/tmp
for node in null zero full random urandom tty; do
    : > $root/dev/$node
    mount --bind /dev/$node $root/dev/$node
done
: > $root/dev/console
mount --bind /dev/null $root/dev/console
mkdir -p $root/dev/pts $root/dev/shm $root/run/lock
mount -t tmpfs cgroup $root/sys/fs/cgroup
mkdir $root/sys/fs/cgroup/unified $root/sys/fs/cgroup/systemd
mount -t cgroup -o none,name=systemd cgroup $root/sys/fs/cgroup/systemd
mount -t cgroup2 cgroup2 $root/sys/fs/cgroup/unified
units=$root/etc/systemd/system
rm -rf $units/*.wants
printf '[Unit]\nRequires=sysinit.target\nAllowIsolate=yes\n' > $units/lab.target
# What looks after hardware, clocks and disks has nothing to do here.
for unit in systemd-udevd.service systemd-udev-trigger.service systemd-modules-load.service \
    systemd-timesyncd.service systemd-random-seed.service systemd-sysctl.service \
    systemd-firstboot.service systemd-machine-id-commit.service systemd-update-utmp.service \
    systemd-binfmt.service systemd-remount-fs.service systemd-journal-flush.service \
    kmod-static-nodes.service systemd-sysusers.service systemd-tmpfiles-setup.service \
    systemd-tmpfiles-setup-dev.service systemd-udevd-control.socket systemd-udevd-kernel.socket \
    dev-hugepages.mount dev-mqueue.mount sys-kernel-debug.mount sys-kernel-tracing.mount \
    sys-kernel-config.mount sys-fs-fuse-connections.mount proc-sys-fs-binfmt_misc.automount \
    systemd-networkd-wait-online.service network-online.target; do
    ln -sf /dev/null $units/$unit
done
: > $root/etc/fstab
for unit in $(cat $base/units); do
    cp "$2"/$unit $root/lib/systemd/system/
done
mkdir -p $root/etc/keepalived
cp $base/keepalived.conf $root/etc/keepalived/keepalived.conf
chmod 644 $root/etc/keepalived/keepalived.conf
for name in $(cat $base/install); do
    : > $root/usr/sbin/$name
    mount --bind $base/program $root/usr/sbin/$name
done
export container=lab PATH=/usr/sbin:/usr/bin:/sbin:/bin
exec chroot $root /lib/systemd/systemd --unit=lab.target --log-target=console --show-status=no
"#;

/// The machine; ended with all that runs in it when dropped.
pub(crate) struct Machine {
    namespaces: Child,
    /// Its process 1, as it is called here.
    init: u32,
    groups: Vec<PathBuf>,
}

/// Says whether a machine can run here.
pub(crate) fn possible(daemons: &[Daemon]) -> bool {
    if !ready(daemons) {
        return false;
    }
    let missing = ["/lib/systemd/systemd", "/sys/fs/cgroup/systemd", "/sys/fs/cgroup/unified"]
        .into_iter()
        .find(|path| !Path::new(path).exists());
    let Some(missing) = missing else { return true };
    assert!(std::env::var_os("CI").is_none_or(|ci| ci != "true"), "there is no {missing}");
    let test = std::thread::current().name().unwrap_or_default().to_owned();
    let _ = writeln!(std::io::stderr(), "SKIPPED: {test}: there is no {missing}");
    false
}

impl Machine {
    /// Starts it in the network of host `number`, with our program installed under these names (over
    /// whatever has them), these of our units, and that configuration.
    pub(crate) fn start(
        lab: &Lab,
        number: u8,
        (install, units): (&[&str], &[&str]),
        configuration: &str,
    ) -> Self {
        let base = lab.directory().join(format!("machine{number}"));
        for folder in ["root", "layers"] {
            fs::create_dir_all(base.join(folder)).unwrap();
        }
        fs::write(base.join("keepalived.conf"), configuration).unwrap();
        fs::write(base.join("install"), install.join(" ")).unwrap();
        fs::write(base.join("units"), units.join(" ")).unwrap();
        fs::copy(Daemon::Ours.program(), base.join("program")).unwrap();
        fs::write(base.join("world"), WORLD).unwrap();
        let name = base.to_string_lossy().replace('/', "-");
        let groups = ["systemd", "unified"].map(|hierarchy| {
            Path::new("/sys/fs/cgroup").join(hierarchy).join(format!("lab{name}"))
        });
        let mut enter = String::new();
        for group in &groups {
            fs::create_dir_all(group).unwrap();
            enter.push_str(&format!("echo $$ > {}/cgroup.procs; ", group.display()));
        }
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("systemd");
        let script = format!(
            "{enter} exec unshare --mount --pid --fork --cgroup --uts --ipc --kill-child bash {} {} {}",
            base.join("world").display(),
            base.display(),
            folder.display()
        );
        let namespaces = lab
            .host(number)
            .namespace()
            .command("bash")
            .args(["-c", &script])
            .stdin(Stdio::null())
            .stdout(fs::File::create(base.join("console")).unwrap())
            .stderr(fs::File::create(base.join("errors")).unwrap())
            .spawn()
            .unwrap();
        let mut machine = Self { namespaces, init: 0, groups: groups.into() };
        let end = Instant::now() + PATIENCE;
        while !machine.has_started() {
            let said = |name| fs::read_to_string(base.join(name)).unwrap_or_default();
            assert!(Instant::now() < end, "systemd: {}{}", said("console"), said("errors"));
            std::thread::sleep(Duration::from_millis(50));
        }
        machine
    }

    fn has_started(&mut self) -> bool {
        let parent = self.namespaces.id();
        let children = fs::read_to_string(format!("/proc/{parent}/task/{parent}/children"));
        let first = children.unwrap_or_default();
        let Some(init) = first.split_whitespace().next().and_then(|pid| pid.parse().ok()) else {
            return false;
        };
        self.init = init;
        let name = fs::read_to_string(format!("/proc/{init}/comm")).unwrap_or_default();
        name.trim() == "systemd"
            && self.said(&["systemctl", "is-active", "lab.target"]).trim() == "active"
    }

    /// Runs a command in it.
    pub(crate) fn run(&self, words: &[&str]) -> Output {
        let mut command = Command::new("nsenter");
        command.args([
            "-t",
            &self.init.to_string(),
            "-m",
            "-p",
            "-n",
            "-C",
            "-u",
            "-i",
            "-r",
            "-w",
        ]);
        command.args(["--", "env", "-i", "PATH=/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL=C"]);
        command.args(words).stdin(Stdio::null()).output().unwrap()
    }

    /// What it printed.
    pub(crate) fn said(&self, words: &[&str]) -> String {
        let output = self.run(words);
        let (out, err) = (&output.stdout, &output.stderr);
        format!("{}{}", String::from_utf8_lossy(out), String::from_utf8_lossy(err))
    }

    /// Runs a command that has to succeed.
    pub(crate) fn done(&self, words: &[&str]) -> String {
        let output = self.run(words);
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        let complaint = String::from_utf8_lossy(&output.stderr);
        let journal = || self.said(&["journalctl", "--no-pager", "-n", "40"]);
        assert!(output.status.success(), "{words:?}: {text}{complaint}\n{}", journal());
        text + &complaint
    }

    /// A property of a unit.
    pub(crate) fn property(&self, unit: &str, name: &str) -> String {
        let text = self.done(&["systemctl", "show", "-p", name, "--value", unit]);
        text.trim().to_owned()
    }

    /// Waits until a command prints something with that in it.
    pub(crate) fn wait_for(&self, words: &[&str], text: &str) -> String {
        let end = Instant::now() + PATIENCE;
        loop {
            let said = self.said(words);
            if said.contains(text) {
                return said;
            }
            assert!(Instant::now() < end, "{words:?} never says {text:?}: {said}");
            std::thread::sleep(Duration::from_millis(100));
        }
    }

    /// The lines of a unit's daemon in the journal: `IDENTIFIER: MESSAGE`.
    pub(crate) fn journal(&self, identifiers: &str) -> Vec<String> {
        let _ = self.run(&["journalctl", "--sync"]);
        let text = self.said(&["journalctl", "--no-pager", "-o", "json"]);
        let lines = text.lines().filter_map(|line| {
            let entry: serde_json::Value = serde_json::from_str(line).ok()?;
            let identifier = entry["SYSLOG_IDENTIFIER"].as_str()?.to_owned();
            let message = entry["MESSAGE"].as_str()?.to_owned();
            let concerns = identifier.starts_with(identifiers)
                && (entry["_TRANSPORT"] == "syslog" || entry["_TRANSPORT"] == "journal");
            concerns.then(|| format!("{identifier}: {message}"))
        });
        lines.collect()
    }
}

impl Drop for Machine {
    fn drop(&mut self) {
        let _ = self.namespaces.kill();
        let _ = self.namespaces.wait();
        if self.init != 0 {
            let init = nix::unistd::Pid::from_raw(self.init.try_into().unwrap_or(0));
            let _ = nix::sys::signal::kill(init, nix::sys::signal::Signal::SIGKILL);
        }
        for group in &self.groups {
            let end = Instant::now() + Duration::from_secs(5);
            while Instant::now() < end {
                remove_groups(group);
                if !group.exists() {
                    break;
                }
                std::thread::sleep(Duration::from_millis(20));
            }
        }
    }
}

/// Removes a control group with those in it, as far as they are empty.
fn remove_groups(group: &Path) {
    for entry in fs::read_dir(group).into_iter().flatten().flatten() {
        if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
            remove_groups(&entry.path());
        }
    }
    let _ = fs::remove_dir(group);
}
