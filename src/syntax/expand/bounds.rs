//! How much a configuration may grow while it is read: far more than anybody writes, and little
//! enough for any machine.

/// How much is allowed.
#[derive(Clone, Copy, Debug)]
pub(in crate::syntax) struct Limits {
    /// Bytes of the expanded text; a million lines of configuration have about 25 million.
    pub(in crate::syntax) text: u32,
    /// Lines that come out of definitions and generators.
    pub(in crate::syntax) lines: u32,
    /// Uses of definitions.
    pub(in crate::syntax) uses: u32,
    /// Files.
    pub(in crate::syntax) files: u32,
}

impl Limits {
    pub(in crate::syntax) const STANDARD: Self =
        Self { text: 64 << 20, lines: 1_000_000, uses: 1_000_000, files: 10_000 };
}

/// Uses of definitions in one line, those in the values of others included.
pub(super) const USES_A_LINE: u32 = 1_000;

/// Definitions that use each other, from the outermost to the innermost.
pub(super) const DEPTH: u32 = 64;

/// Values of one generator.
pub(super) const VALUES: u64 = 1_000_000;

/// Generators and definitions of several lines inside each other.
pub(super) const NESTED: usize = 1_000;

/// What has been used up so far.
pub(super) struct Bounds {
    limits: Limits,
    lines: u32,
    uses: u32,
    files: u32,
    reached: Option<String>,
}

impl Bounds {
    pub(super) const fn new(limits: Limits) -> Self {
        Self { limits, lines: 0, uses: 0, files: 0, reached: None }
    }

    /// The bound at which reading stops, in words.
    pub(super) fn reached(&self) -> Option<String> {
        self.reached.clone()
    }

    /// One more line out of a definition or a generator; false if it is too many.
    pub(super) fn take_line(&mut self) -> bool {
        self.lines += 1;
        let most = self.limits.lines;
        self.within(self.lines <= most, || {
            format!("definitions and generators give more than {most} lines")
        })
    }

    /// One more use of a definition; false if it is too many.
    pub(super) fn take_use(&mut self) -> bool {
        self.uses += 1;
        let most = self.limits.uses;
        self.within(self.uses <= most, || format!("definitions are used more than {most} times"))
    }

    /// One more file; false if it is too many.
    pub(super) fn take_file(&mut self) -> bool {
        self.files += 1;
        let most = self.limits.files;
        self.within(self.files <= most, || format!("more than {most} files are read"))
    }

    /// The text has so many bytes; false if it is too long.
    pub(super) fn text(&mut self, bytes: u32) -> bool {
        let most = self.limits.text;
        self.within(bytes <= most, || {
            format!("the configuration has more than {most} bytes after expansion")
        })
    }

    /// Things that wait for each other; false if they are too many.
    pub(super) fn nested(&mut self, pending: usize) -> bool {
        self.within(pending <= NESTED, || {
            format!("definitions and generators are nested more than {NESTED} deep")
        })
    }

    fn within(&mut self, holds: bool, bound: impl FnOnce() -> String) -> bool {
        if !holds && self.reached.is_none() {
            self.reached = Some(bound());
        }
        holds
    }
}
