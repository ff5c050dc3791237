//! A Redis of a test's own, which may die before the test does. Must never touch a server that it did not start.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;

use crate::binary::free_port;

/// How long a start may take on a machine that runs other tests beside it.
const START_MAX: Duration = Duration::from_secs(20);

/// A server that runs as long as this value.
#[derive(Debug)]
pub struct Redis {
    child: Child,
    port: u16,
    /// Goes after it.
    _folder: TempDir,
}

impl Redis {
    /// Starts one that keeps nothing.
    pub fn start() -> Self {
        // A port that was free may be taken a moment later by somebody else.
        for _ in 0..5 {
            let (port, folder) = (free_port(), TempDir::new().expect("a temporary folder can be made"));
            let child = Command::new("redis-server")
                .args(["--port", &port.to_string(), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--dir"])
                .arg(folder.path())
                .stdin(Stdio::null())
                .stdout(Stdio::null())
                .stderr(Stdio::null())
                .spawn()
                .unwrap_or_else(|cause| panic!("redis-server cannot be started: {cause}"));
            let mut redis = Self { child, port, _folder: folder };
            if redis.answers() {
                return redis;
            }
        }
        panic!("redis-server did not start");
    }

    /// What the binary reaches it by.
    pub fn url(&self) -> String {
        format!("redis://127.0.0.1:{}/0", self.port)
    }

    /// Ends it without a word.
    pub fn kill(&mut self) {
        // Either fails when it is gone already, and that is what is wanted.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }

    /// Stops it where it stands: it keeps its connections and answers nothing.
    pub fn hang(&self) {
        self.signal("-STOP");
    }

    /// Lets it go on.
    pub fn go_on(&self) {
        self.signal("-CONT");
    }

    fn signal(&self, signal: &str) {
        let told = Command::new("kill").args([signal, &self.child.id().to_string()]).status();
        assert!(told.is_ok_and(|told| told.success()), "kill {signal}");
    }

    fn answers(&mut self) -> bool {
        let end = Instant::now() + START_MAX;
        while Instant::now() < end && self.child.try_wait().is_ok_and(|ended| ended.is_none()) {
            if self.pongs() {
                return true;
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        false
    }

    fn pongs(&self) -> bool {
        let Ok(mut stream) = TcpStream::connect(("127.0.0.1", self.port)) else { return false };
        let mut answer = [0; 5];
        // A stranger on the port may say nothing for ever.
        if stream.set_read_timeout(Some(Duration::from_secs(1))).is_err() {
            return false;
        }
        stream.write_all(b"PING\r\n").is_ok() && stream.read_exact(&mut answer).is_ok() && answer == *b"+PONG"
    }
}

impl Drop for Redis {
    fn drop(&mut self) {
        self.kill();
    }
}
