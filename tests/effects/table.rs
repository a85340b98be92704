//! The table of what shows each keyword's effect: `keywords.tsv`, a line for each keyword of the
//! VRRP and global halves that is said to run: place, word, how it is shown, file, function.

use std::fmt;

use stillalive::schema::{self, Block, Keyword};

/// How the effect of a keyword is shown.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) enum Shown {
    /// On a host: frames, the kernel's tables, files, processes, the log of a running daemon.
    Host,
    /// In the part that does it: an event table of the engine, a test of the module.
    Part,
    /// Only in what the text is understood as.
    Reading,
}

impl fmt::Display for Shown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Host => "on a host",
            Self::Part => "in its part",
            Self::Reading => "only as understood",
        })
    }
}

/// One line.
#[derive(Debug)]
pub(crate) struct Effect {
    /// Where the keyword stands.
    pub(crate) place: Block,
    /// The keyword.
    pub(crate) word: &'static str,
    /// How.
    pub(crate) shown: Shown,
    /// The file of the test, from the root of the repository.
    pub(crate) file: &'static str,
    /// The function that is the test, or the scenario of several.
    pub(crate) test: &'static str,
}

/// The places of the VRRP and global halves.
pub(crate) const PLACES: &[Block] = &[
    Block::TopLevel,
    Block::GlobalDefs,
    Block::LinkbeatInterface,
    Block::InterfaceDelay,
    Block::TrackGroup,
    Block::SyncGroup,
    Block::InstanceList,
    Block::GarpGroup,
    Block::InterfaceList,
    Block::VrrpInstance,
    Block::UseVmacOption,
    Block::UseIpvlanOption,
    Block::UnicastPeerOption,
    Block::GarpExtraIfOption,
    Block::Authentication,
    Block::AuthHmac,
    Block::VrrpScript,
    Block::TrackFile,
    Block::InitFileOption,
    Block::TrackProcess,
    Block::TrackEntry,
    Block::AddressLine,
    Block::RouteLine,
    Block::RouteEncap,
    Block::RouteEncapIp,
    Block::RouteNexthop,
    Block::RuleLine,
];

/// Every keyword there, with its place.
pub(crate) fn keywords() -> impl Iterator<Item = (Block, &'static Keyword)> {
    PLACES.iter().flat_map(|place| schema::keywords(*place).iter().map(|word| (*place, word)))
}

/// The table.
pub(crate) fn effects() -> Vec<Effect> {
    include_str!("keywords.tsv").lines().map(line).collect()
}

fn line(line: &'static str) -> Effect {
    let columns: Vec<&'static str> = line.split('\t').collect();
    let [place, word, shown, file, test] = columns[..] else { panic!("five columns: {line}") };
    let place = PLACES.iter().find(|known| known.path() == place);
    Effect {
        place: *place.unwrap_or_else(|| panic!("no such place: {line}")),
        word,
        shown: match shown {
            "host" => Shown::Host,
            "part" => Shown::Part,
            "reading" => Shown::Reading,
            _ => panic!("host, part or reading: {line}"),
        },
        file,
        test,
    }
}
