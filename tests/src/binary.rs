//! The real `orderbase` binary as a child process. Must never signal a process that it did not start, read the caller's configuration, or
//! leave a child behind.

use std::ffi::OsString;
use std::fmt::Write as _;
use std::io::{BufRead, BufReader, Read};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Output, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::sync::{Arc, Mutex, OnceLock};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use crate::{environment, workspace};

/// How the binary is to be started. It sees no variable of the caller but `PATH` and works in a folder of the test.
#[derive(Debug)]
pub struct Binary {
    arguments: Vec<OsString>,
    variables: Vec<(String, OsString)>,
    folder: PathBuf,
}

impl Binary {
    /// `orderbase` with no arguments, working in `folder`.
    pub fn in_folder(folder: impl AsRef<Path>) -> Self {
        Self { arguments: Vec::new(), variables: Vec::new(), folder: folder.as_ref().to_owned() }
    }

    /// Adds arguments.
    #[must_use]
    pub fn args<A: Into<OsString>>(mut self, arguments: impl IntoIterator<Item = A>) -> Self {
        self.arguments.extend(arguments.into_iter().map(Into::into));
        self
    }

    /// Sets a variable.
    #[must_use]
    pub fn env(mut self, variable: &str, value: impl Into<OsString>) -> Self {
        self.variables.push((variable.to_owned(), value.into()));
        self
    }

    /// Runs it to its end and answers exit code and output.
    pub fn run(&self) -> Output {
        self.command().output().unwrap_or_else(|cause| panic!("orderbase cannot be started: {cause}"))
    }

    /// Starts it and leaves it running.
    pub fn start(&self) -> Running {
        let mut child = self.command().spawn().unwrap_or_else(|cause| panic!("orderbase cannot be started: {cause}"));
        let transcript = Arc::new(Mutex::new(String::new()));
        let (sender, lines) = channel();
        let stdout = child.stdout.take().expect("stdout is a pipe");
        let stderr = child.stderr.take().expect("stderr is a pipe");
        let readers = [
            follow(stdout, Arc::clone(&transcript), move |line| drop(sender.send(line))),
            follow(stderr, Arc::clone(&transcript), |_| {}),
        ];
        Running { child, lines, transcript, readers }
    }

    fn command(&self) -> Command {
        let mut command = Command::new(path());
        command.args(&self.arguments).current_dir(&self.folder).env_clear();
        command.env("PATH", "/usr/bin:/bin").envs(self.variables.iter().map(|(name, value)| (name, value)));
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }
}

/// A running binary; ends with this value.
#[derive(Debug)]
pub struct Running {
    child: Child,
    lines: Receiver<String>,
    transcript: Arc<Mutex<String>>,
    readers: [JoinHandle<()>; 2],
}

impl Running {
    /// Waits for the next line on stdout that `wanted` accepts. Fails the test, with all that was written, when none comes within `limit`.
    pub fn line(&self, limit: Duration, wanted: impl Fn(&str) -> bool) -> String {
        self.find_line(limit, wanted).unwrap_or_else(|fault| panic!("{fault}"))
    }

    /// The same, for a test that can go on without it.
    ///
    /// # Errors
    /// Why there is no such line, and all that was written.
    pub fn find_line(&self, limit: Duration, wanted: impl Fn(&str) -> bool) -> Result<String, String> {
        let end = Instant::now() + limit;
        loop {
            match self.lines.recv_timeout(end.saturating_duration_since(Instant::now())) {
                Ok(line) if wanted(&line) => return Ok(line),
                Ok(_) => {}
                Err(RecvTimeoutError::Timeout) => {
                    return Err(format!("no such line within {limit:?}; it wrote:\n{}", self.transcript()));
                }
                Err(RecvTimeoutError::Disconnected) => {
                    self.settle();
                    return Err(format!("it ended without such a line; it wrote:\n{}", self.transcript()));
                }
            }
        }
    }

    /// All that it has written so far, stdout and stderr in order of arrival.
    pub fn transcript(&self) -> String {
        self.transcript.lock().expect("no reader panics").clone()
    }

    /// Its process id.
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Sends it a signal by name: `TERM`, `INT`, `KILL`, `STOP`, `CONT`.
    pub fn signal(&self, name: &str) {
        let sent = Command::new("kill").args([format!("-{name}"), self.pid().to_string()]).status();
        assert!(sent.is_ok_and(|status| status.success()), "signal {name} could not be sent");
    }

    /// Waits for its end. Fails the test when it is not over within `limit`.
    pub fn ended(&mut self, limit: Duration) -> ExitStatus {
        let end = Instant::now() + limit;
        while Instant::now() < end {
            if let Some(status) = self.child.try_wait().expect("a child can be waited for") {
                self.settle();
                return status;
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        panic!("still running after {limit:?}; it wrote:\n{}", self.transcript());
    }

    /// Lets the readers, which may be a moment behind, read to the end.
    fn settle(&self) {
        for _ in 0..100 {
            if self.readers.iter().all(JoinHandle::is_finished) {
                return;
            }
            std::thread::sleep(Duration::from_millis(10));
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // Either fails when the child is gone already, and that is what is wanted.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A loopback port that was free a moment ago.
pub fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("loopback has a free port");
    listener.local_addr().expect("a bound listener has an address").port()
}

/// Where the binary is: the one of `tests/run`, else built here, so that a test never judges an old one.
pub fn path() -> &'static Path {
    static PATH: OnceLock<PathBuf> = OnceLock::new();
    PATH.get_or_init(|| environment::built_binary().unwrap_or_else(build))
}

fn build() -> PathBuf {
    let output = Command::new(env!("CARGO"))
        .args(["build", "--package", "orderbase", "--bin", "orderbase", "--message-format", "json"])
        .current_dir(workspace::root())
        .output()
        .unwrap_or_else(|cause| panic!("cargo cannot be started: {cause}"));
    assert!(output.status.success(), "orderbase does not compile:\n{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8_lossy(&output.stdout);
    let artefacts = text.lines().filter_map(|line| serde_json::from_str::<serde_json::Value>(line).ok());
    let executable = artefacts.filter_map(|artefact| artefact["executable"].as_str().map(PathBuf::from)).next_back();
    executable.expect("cargo names the executable")
}

fn follow(
    pipe: impl Read + Send + 'static,
    transcript: Arc<Mutex<String>>,
    each: impl Fn(String) + Send + 'static,
) -> JoinHandle<()> {
    std::thread::spawn(move || {
        for line in BufReader::new(pipe).lines().map_while(Result::ok) {
            writeln!(transcript.lock().expect("no reader panics"), "{line}").expect("a string takes all");
            each(line);
        }
    })
}
