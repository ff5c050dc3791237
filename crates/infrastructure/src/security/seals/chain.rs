//! Whether the seals of a tenant are a chain and cover what is there: asked seal by seal, so that it needs no room.

use super::{AuditSeal, Counted, NOTHING_BEFORE, SealKeys, Span};

/// Differences that are told one by one; a lost key alone would make as many as there are seals.
const TOLD_MAX: usize = 100;

/// What is wrong with a seal.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SealFault {
    /// This one and those up to `last` are not there. What they covered, and the first seal behind them, cannot be compared.
    #[error("missing seal: none with this number, nor up to {last}")]
    Missing { last: u64 },
    #[error("unknown key: {kid} is not in the key ring")]
    UnknownKey { kid: String },
    #[error("signature: the seal is not what was signed")]
    Signature,
    #[error("previous: it does not follow the seal before it")]
    Previous,
    #[error("count: {sealed} rows were sealed, {found} are there")]
    Count { sealed: u64, found: u64 },
    #[error("content: a row is not what was sealed")]
    Content,
}

impl SealFault {
    /// One word for programs.
    #[must_use]
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Missing { .. } => "missing_seal",
            Self::UnknownKey { .. } => "unknown_key",
            Self::Signature => "signature",
            Self::Previous => "previous",
            Self::Count { .. } => "count",
            Self::Content => "content",
        }
    }
}

/// Where something is wrong, and what.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// The number of the seal.
    pub seq: u64,
    /// The rows that it covers, or would.
    pub span: Span,
    pub fault: SealFault,
}

/// What a check came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChainReport {
    pub seals: u64,
    /// How many rows the seals say that they cover.
    pub rows: u64,
    /// Rows behind the last seal.
    pub unsealed: u64,
    /// The newest seal, by its number and signature: whoever keeps it elsewhere finds out when it is taken away.
    pub head: Option<(u64, [u8; 32])>,
    /// The first hundred.
    pub differences: Vec<Difference>,
    /// Those that are not told.
    pub more: u64,
}

impl ChainReport {
    #[must_use]
    pub fn is_whole(&self) -> bool {
        self.differences.is_empty()
    }
}

/// A check under way: takes the seals of a tenant in the order of their numbers.
pub struct ChainCheck<'keys> {
    keys: &'keys SealKeys,
    last: Option<AuditSeal>,
    report: ChainReport,
}

impl<'keys> ChainCheck<'keys> {
    #[must_use]
    pub fn new(keys: &'keys SealKeys) -> Self {
        let report = ChainReport { seals: 0, rows: 0, unsealed: 0, head: None, differences: Vec::new(), more: 0 };
        Self { keys, last: None, report }
    }

    /// The number of the last seal, 0 before the first.
    #[must_use]
    pub fn last_seq(&self) -> u64 {
        self.last.as_ref().map_or(0, |last| last.seq)
    }

    /// What the last seal covers last; `None` before the first.
    #[must_use]
    pub fn sealed_upto(&self) -> Option<i64> {
        self.last.as_ref().map(|last| last.upto)
    }

    /// Takes the next seal. Answers the rows to be compared with it, if it is known where they begin.
    pub fn take(&mut self, seal: AuditSeal) -> Option<Span> {
        let span = Span { after: self.sealed_upto(), upto: seal.upto };
        let expected = self.last_seq().saturating_add(1);
        let follows = seal.seq == expected;
        if seal.seq > expected {
            self.note(expected, span, SealFault::Missing { last: seal.seq - 1 });
        }
        if let Err(fault) = self.keys.verify(&seal) {
            self.note(seal.seq, span, fault);
        }
        let before = self.last.as_ref().map_or(NOTHING_BEFORE, |last| last.signature);
        if follows && seal.previous != before {
            self.note(seal.seq, span, SealFault::Previous);
        }
        self.report.seals += 1;
        self.report.rows = self.report.rows.saturating_add(seal.counted.count);
        self.report.head = Some((seal.seq, seal.signature));
        self.last = Some(seal);
        follows.then_some(span)
    }

    /// Compares the seal taken last with the rows of its span.
    pub fn compare(&mut self, span: Span, found: Counted) {
        let Some(last) = &self.last else { return };
        let (seq, sealed) = (last.seq, last.counted);
        if sealed.count != found.count {
            self.note(seq, span, SealFault::Count { sealed: sealed.count, found: found.count });
        } else if sealed.sha256 != found.sha256 {
            self.note(seq, span, SealFault::Content);
        }
    }

    /// Ends with the number of rows behind the last seal.
    #[must_use]
    pub fn finish(self, unsealed: u64) -> ChainReport {
        ChainReport { unsealed, ..self.report }
    }

    fn note(&mut self, seq: u64, span: Span, fault: SealFault) {
        if self.report.differences.len() < TOLD_MAX {
            self.report.differences.push(Difference { seq, span, fault });
        } else {
            self.report.more += 1;
        }
    }
}
