//! Where a connection stands between two heads, and until when. The stream tells what it reads and writes, the envelope when a head has
//! arrived and what was answered. It decides nothing but deadlines.

use std::cell::Cell;
use std::time::Duration;

use tokio::time::Instant;

use super::empty_line::EmptyLine;
use super::head_end::HeadEnd;
use crate::options::HttpOptions;

/// How long a client that was told of the end may go on sending: long enough to read the answer first.
pub(crate) const LINGER: Duration = Duration::from_secs(1);

/// How long a client may leave an answer unread (reliability.md 35).
const WRITE: Duration = Duration::from_secs(15);

/// Longer request lines are more than the parser can name: it would call them malformed.
const LINE_BYTES_MAX: usize = 65_000;

/// The times of a connection.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limits {
    /// From the first byte of a head to its end; on a new connection from its begin.
    pub head: Duration,
    /// Between an answer and the next head.
    pub keep_alive: Duration,
}

impl Limits {
    pub fn of(options: &HttpOptions) -> Self {
        Self { head: options.head_timeout, keep_alive: options.keep_alive }
    }
}

/// The body that a head announces.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SentBody {
    None,
    Sized(u64),
    Chunked,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    /// Nothing of a next head is here.
    Idle,
    /// A head is awaited or has begun.
    Head,
    /// The rest of a body that nobody reads any more comes in.
    Drain,
    /// A request is being served; the application has its own times.
    Working,
    /// An answer is on its way out.
    Answered { is_last: bool },
    /// The last answer is out.
    Closing,
    /// The connection speaks another protocol, which has its own times.
    Upgraded,
}

/// What follows an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Then {
    NextHead,
    Close,
    /// Another protocol (101).
    Upgrade,
}

/// What happens to a connection whose time is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
    /// A head did not arrive: 408.
    Late,
    /// It is just closed.
    Silent,
}

/// The clock of one connection.
#[derive(Debug)]
pub(crate) struct Watch {
    limits: Limits,
    phase: Cell<Phase>,
    until: Cell<Option<Instant>>,
    head: Cell<HeadEnd>,
    /// Bytes read since the last head ended.
    behind_head: Cell<u64>,
    /// Whether `behind_head` counts from the head of the request in work; not so for requests sent before their turn.
    is_counted: Cell<bool>,
    body: Cell<SentBody>,
    empty_line: Cell<EmptyLine>,
}

impl Watch {
    pub fn new(limits: Limits) -> Self {
        Self {
            limits,
            phase: Cell::new(Phase::Head),
            until: Cell::new(Some(Instant::now() + limits.head)),
            head: Cell::default(),
            behind_head: Cell::new(0),
            is_counted: Cell::new(true),
            body: Cell::new(SentBody::None),
            empty_line: Cell::default(),
        }
    }

    /// When the present wait ends, if it does.
    pub(super) fn until(&self) -> Option<Instant> {
        self.until.get()
    }

    pub(super) fn end(&self) -> End {
        if self.phase.get() == Phase::Head { End::Late } else { End::Silent }
    }

    /// Bytes came in.
    pub(super) fn read(&self, piece: &[u8]) {
        if self.phase.get() == Phase::Upgraded {
            return;
        }
        let mut empty_line = self.empty_line.get();
        empty_line.feed(piece);
        self.empty_line.set(empty_line);
        if self.phase.get() == Phase::Idle {
            self.enter(Phase::Head, Some(self.limits.head));
            self.head.set(HeadEnd::default());
            self.is_counted.set(true);
        }
        let behind = match self.phase.get() {
            Phase::Head => {
                let mut head = self.head.get();
                let behind = head.feed(piece);
                self.head.set(head);
                if head.is_found() {
                    // It arrived in time. The parser's verdict comes in the same turn.
                    self.until.set(None);
                }
                behind
            }
            _ => piece.len(),
        };
        self.behind_head.set(self.behind_head.get() + behind as u64);
    }

    /// Whether the request line is too long to be read to its end.
    pub(super) fn is_line_too_long(&self) -> bool {
        self.phase.get() == Phase::Head && self.head.get().line_bytes() > LINE_BYTES_MAX
    }

    /// The head was refused here; the client has a little time to read that.
    pub(super) fn refused(&self) {
        self.enter(Phase::Closing, Some(LINGER));
    }

    /// Bytes went out, or could not: an answer is on its way, and its reader has his time anew.
    pub(super) fn wrote(&self, some: bool) {
        match self.phase.get() {
            Phase::Idle | Phase::Head | Phase::Drain => self.enter(Phase::Answered { is_last: false }, Some(WRITE)),
            Phase::Answered { .. } if some => self.until.set(Some(Instant::now() + WRITE)),
            Phase::Answered { .. } | Phase::Working | Phase::Closing | Phase::Upgraded => {}
        }
    }

    /// All that was written is out.
    pub(super) fn flushed(&self) {
        let Phase::Answered { is_last } = self.phase.get() else { return };
        if is_last {
            self.enter(Phase::Closing, Some(LINGER));
        } else if self.is_between_requests() {
            self.enter(Phase::Idle, Some(self.limits.keep_alive));
            self.behind_head.set(0);
        } else {
            let phase = if self.is_body_unread() { Phase::Drain } else { Phase::Head };
            self.enter(phase, Some(self.limits.head));
            self.is_counted.set(false);
            self.behind_head.set(0);
            self.head.set(HeadEnd::default());
        }
    }

    /// A request begins. It may have been sent together with the one before.
    pub fn head_came(&self, body: SentBody) {
        let was_awaited = self.phase.get() == Phase::Head && self.head.get().is_found() && self.is_counted.get();
        self.is_counted.set(was_awaited);
        self.body.set(body);
        self.enter(Phase::Working, None);
    }

    /// Its answer is ready to be written.
    pub fn answered(&self, then: Then) {
        match then {
            Then::NextHead => self.enter(Phase::Answered { is_last: false }, Some(WRITE)),
            Then::Close => self.enter(Phase::Answered { is_last: true }, Some(WRITE)),
            Then::Upgrade => self.enter(Phase::Upgraded, None),
        }
    }

    fn enter(&self, phase: Phase, limit: Option<Duration>) {
        self.phase.set(phase);
        self.until.set(limit.map(|limit| Instant::now() + limit));
    }

    /// Whether what comes in next is still the body of the request that was answered.
    fn is_body_unread(&self) -> bool {
        match self.body.get() {
            SentBody::None => false,
            SentBody::Sized(length) => self.behind_body_head() < length,
            SentBody::Chunked => true,
        }
    }

    /// Whether nothing of a next head can be waiting in the parser's buffer. What ends in an empty line is no part of a head; the end of
    /// a body of known length has to be counted.
    fn is_between_requests(&self) -> bool {
        match self.body.get() {
            SentBody::None | SentBody::Chunked => self.empty_line.get().bytes_behind() == 0,
            SentBody::Sized(length) => self.behind_body_head() == length,
        }
    }

    /// Bytes behind the head of the request in work. Where that head was sent before its turn, the last empty line stands for its end;
    /// a body that holds one itself then looks shorter than it is and like one unread, which costs its connection a part of its idle
    /// time and is told to nobody.
    fn behind_body_head(&self) -> u64 {
        if self.is_counted.get() { self.behind_head.get() } else { self.empty_line.get().bytes_behind() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMITS: Limits = Limits { head: Duration::from_secs(5), keep_alive: Duration::from_secs(75) };
    const GET: &[u8] = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n";

    fn secs_left(watch: &Watch) -> Option<u64> {
        watch.until().map(|until| (until - Instant::now()).as_secs_f64().round() as u64)
    }

    fn serve(watch: &Watch, sent: &[u8], body: SentBody) {
        watch.read(sent);
        watch.head_came(body);
        assert_eq!(watch.until(), None, "who is served has no deadline here");
        watch.answered(Then::NextHead);
        watch.wrote(true);
        assert_eq!(secs_left(watch), Some(15));
        watch.flushed();
    }

    #[actix_web::test]
    async fn every_head_has_its_time() {
        let watch = Watch::new(LIMITS);
        assert_eq!((secs_left(&watch), watch.end()), (Some(5), End::Late));
        serve(&watch, GET, SentBody::None);
        assert_eq!((secs_left(&watch), watch.end()), (Some(75), End::Silent));
        watch.read(b"GET / HT");
        let until = watch.until();
        watch.read(b"TP");
        assert_eq!((secs_left(&watch), watch.end(), watch.until()), (Some(5), End::Late, until));
        watch.read(b"/1.1\r\nHost: x\r\n\r\n");
        assert_eq!(watch.until(), None);
    }

    #[actix_web::test]
    async fn what_is_left_of_a_request_is_told_from_the_next_one() {
        let post = b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}";
        let chunked = b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n";
        let with = |head: &[u8], rest: &[u8]| [head, rest].concat();
        for (sent, body, secs, end) in [
            (post.to_vec(), SentBody::Sized(2), 75, End::Silent),
            (with(post, b"GET"), SentBody::Sized(2), 5, End::Late),
            (post.to_vec(), SentBody::Sized(3), 5, End::Silent),
            (with(GET, b"GET"), SentBody::None, 5, End::Late),
            (with(GET, GET), SentBody::None, 75, End::Silent),
            (with(chunked, b"2\r\n{}\r\n0\r\n\r\n"), SentBody::Chunked, 75, End::Silent),
            (with(chunked, b"2\r\n{}\r\n"), SentBody::Chunked, 5, End::Silent),
        ] {
            let watch = Watch::new(LIMITS);
            serve(&watch, &sent, body);
            let text = String::from_utf8_lossy(&sent);
            assert_eq!((secs_left(&watch), watch.end()), (Some(secs), end), "{text}");
        }
    }

    #[actix_web::test]
    async fn a_body_that_nobody_reads_is_no_head() {
        let watch = Watch::new(LIMITS);
        serve(&watch, b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\n{", SentBody::Sized(1_000_000));
        watch.read(&[b' '; 100_000]);
        assert!(!watch.is_line_too_long());
    }

    #[actix_web::test]
    async fn what_is_left_of_a_request_sent_before_its_turn_is_known_too() {
        const HEAD: &str = "POST / HTTP/1.1\r\nContent-Length: 8\r\n\r\n";
        for (body, secs, end) in [
            ("{\"a\":12}", 75, End::Silent),
            ("{\"a\":12}GET /", 5, End::Late),
            ("{\"a\":", 5, End::Silent),
            ("{\r\n\r\n12}", 5, End::Silent),
        ] {
            let watch = Watch::new(LIMITS);
            let sent = format!("{HEAD}{{\"a\":12}}{HEAD}{body}");
            serve(&watch, sent.as_bytes(), SentBody::Sized(8));
            watch.head_came(SentBody::Sized(8));
            watch.answered(Then::NextHead);
            watch.wrote(true);
            watch.flushed();
            assert_eq!((secs_left(&watch), watch.end()), (Some(secs), end), "{body}");
        }
    }

    #[actix_web::test]
    async fn who_was_told_of_the_end_has_a_second() {
        let watch = Watch::new(LIMITS);
        watch.read(GET);
        watch.head_came(SentBody::None);
        watch.answered(Then::Close);
        watch.flushed();
        watch.read(b"more");
        watch.wrote(true);
        assert_eq!((secs_left(&watch), watch.end()), (Some(1), End::Silent));
    }
}
