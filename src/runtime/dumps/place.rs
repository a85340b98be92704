//! Where the files go: the directory for temporary files, and names as keepalived has them
//! (`TMPDIR`, `data_use_instance`, `state_dump_file`).

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use crate::ir::Global;

/// The directory unless `TMPDIR` says another.
const USUAL: &str = "/tmp";

/// Whose data it is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Who {
    /// The daemon as a whole.
    Parent,
    /// Its VRRP part.
    Vrrp,
}

impl Who {
    /// What stands in the names of files.
    const fn suffix(self) -> &'static str {
        match self {
            Self::Parent => "_parent",
            Self::Vrrp => "",
        }
    }
}

/// The places of all files.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Place {
    directory: PathBuf,
    /// `NAMESPACE_INSTANCE`, with `data_use_instance`.
    instance: Option<String>,
    /// `state_dump_file`.
    state: Option<PathBuf>,
}

impl Place {
    /// As the environment and a configuration say.
    pub(super) fn new(global: &Global, namespace: Option<&str>) -> Self {
        Self::within(directory(std::env::var_os("TMPDIR")), global, namespace)
    }

    /// Those of a process with that `TMPDIR`.
    pub(super) fn of_another(
        temporary: Option<OsString>,
        global: &Global,
        namespace: Option<&str>,
    ) -> Self {
        Self::within(directory(temporary), global, namespace)
    }

    fn within(directory: PathBuf, global: &Global, namespace: Option<&str>) -> Self {
        let dumps = &global.files.dumps;
        let instance = global.identity.instance.as_ref().map(|instance| instance.value.as_str());
        let names: Vec<&str> = namespace.into_iter().chain(instance).collect();
        Self {
            directory,
            instance: (dumps.use_instance && !names.is_empty()).then(|| names.join("_")),
            state: dumps.state.as_ref().map(|file| PathBuf::from(&file.value)),
        }
    }

    /// `keepalived.data` and its kin.
    pub(super) fn data(&self, who: Who) -> PathBuf {
        let instance = self.instance.as_ref().map_or_else(String::new, |name| format!(".{name}"));
        let usual = format!("keepalived{}{instance}.data", who.suffix());
        let Some(state) = &self.state else { return self.directory.join(usual) };
        // A relative one is below the directory, an absolute one replaces it.
        let path = self.directory.join(state);
        match state.as_os_str().as_encoded_bytes().ends_with(b"/") {
            true => path.join(usual),
            false => with_suffix(&path, who.suffix()),
        }
    }

    /// `keepalived.stats`.
    pub(super) fn statistics(&self) -> PathBuf {
        self.directory.join("keepalived.stats")
    }

    /// `keepalived.json`.
    pub(super) fn json(&self) -> PathBuf {
        self.directory.join("keepalived.json")
    }
}

/// `TMPDIR` counts if it is an absolute path of a directory.
fn directory(said: Option<OsString>) -> PathBuf {
    let Some(said) = said.map(PathBuf::from).filter(|said| said.is_absolute()) else {
        return PathBuf::from(USUAL);
    };
    if said.is_dir() {
        return said;
    }
    tracing::warn!("Environment TMPDIR={} not a directory", said.display());
    PathBuf::from(USUAL)
}

/// The suffix before the extension: `a_parent.data`.
fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.file_stem().unwrap_or_default().to_owned();
    name.push(suffix);
    if let Some(extension) = path.extension() {
        name.push(".");
        name.push(extension);
    }
    path.with_file_name(name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::{Span, Spanned};

    fn spanned(text: &str) -> Option<Spanned<String>> {
        Some(Spanned::new(text.to_owned(), Span::default()))
    }

    #[test]
    fn names_follow_the_configuration() {
        let table = [
            (false, None, None, None, ["/d/keepalived.data", "/d/keepalived_parent.data"]),
            (
                false,
                Some("ns"),
                Some("x"),
                None,
                ["/d/keepalived.data", "/d/keepalived_parent.data"],
            ),
            (
                true,
                Some("ns"),
                Some("x"),
                None,
                ["/d/keepalived.ns_x.data", "/d/keepalived_parent.ns_x.data"],
            ),
            (true, None, Some("x"), None, ["/d/keepalived.x.data", "/d/keepalived_parent.x.data"]),
            (true, None, None, None, ["/d/keepalived.data", "/d/keepalived_parent.data"]),
            (false, None, None, Some("/s/state.txt"), ["/s/state.txt", "/s/state_parent.txt"]),
            (false, None, None, Some("state"), ["/d/state", "/d/state_parent"]),
            (false, None, None, Some("/s/"), ["/s/keepalived.data", "/s/keepalived_parent.data"]),
        ];
        for (use_instance, namespace, instance, state, expected) in table {
            let mut global = Global::default();
            global.files.dumps.use_instance = use_instance;
            global.files.dumps.state = state.and_then(spanned);
            global.identity.instance = instance.and_then(spanned);
            let place = Place::within(PathBuf::from("/d"), &global, namespace);
            let found = [place.data(Who::Vrrp), place.data(Who::Parent)];
            assert_eq!(found, expected.map(PathBuf::from));
            assert_eq!(place.statistics(), Path::new("/d/keepalived.stats"));
        }
    }

    #[test]
    fn only_an_absolute_directory_counts() {
        assert_eq!(directory(None), Path::new("/tmp"));
        assert_eq!(directory(Some("relative".into())), Path::new("/tmp"));
        assert_eq!(directory(Some("/proc/self/nowhere".into())), Path::new("/tmp"));
        assert_eq!(directory(Some("/proc".into())), Path::new("/proc"));
    }
}
