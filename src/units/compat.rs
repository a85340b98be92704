//! Which keepalived a configuration is read for.

use std::fmt;

/// A release of keepalived whose keywords, rules and verdicts count.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub enum Compat {
    /// 2.2.7, of Debian 12 and its kin.
    V2_2_7,
    /// 2.4.3, the newest whose behaviour is known.
    #[default]
    V2_4_3,
}

impl Compat {
    /// Every release that can be chosen, oldest first.
    pub const ALL: &'static [Self] = &[Self::V2_2_7, Self::V2_4_3];

    /// As it is written on the command line: `2.2.7`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::V2_2_7 => "2.2.7",
            Self::V2_4_3 => "2.4.3",
        }
    }

    /// Major, minor and patch, for comparing.
    pub const fn release(self) -> (u8, u8, u8) {
        match self {
            Self::V2_2_7 => (2, 2, 7),
            Self::V2_4_3 => (2, 4, 3),
        }
    }

    /// The release of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|compat| compat.name() == name)
    }
}

impl fmt::Display for Compat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
