//! The rejects file: one JSON object per refused line, with what was sent. Only its owner may read it, for it holds people's data.

use std::fs::{File, Permissions};
use std::io::{BufWriter, ErrorKind, Read as _, Write as _};
use std::os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

use orderbase_application::{Error, Fault as InputFault, Place, Taken};
use orderbase_http::problem::Problem;
use serde::Serialize;
use serde_json::value::RawValue;

use crate::exit::Exit;
use crate::failure::Failure;

/// Why a line was refused.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Fault {
    pub code: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pointer: Option<String>,
    pub detail: String,
}

impl Fault {
    pub fn new(code: &str, detail: impl Into<String>) -> Self {
        Self { code: code.to_owned(), pointer: None, detail: detail.into() }
    }

    /// A fault of a member.
    pub fn of_input(fault: &InputFault) -> Self {
        Self::at(fault, fault.code.as_str())
    }

    fn at(fault: &InputFault, code: &str) -> Self {
        let pointer = match &fault.place {
            Place::Pointer(pointer) => Some(pointer.clone()),
            Place::Parameter(_) | Place::Header(_) => None,
        };
        Self { code: code.to_owned(), pointer, detail: fault.detail.clone() }
    }

    /// What reading the text found.
    pub fn of_problem(problem: &Problem) -> Vec<Self> {
        if problem.told_faults().is_empty() {
            return vec![Self::new(problem.code().slug(), problem.sentence())];
        }
        problem.told_faults().iter().map(Self::of_input).collect()
    }

    /// What the use case refused. A rule with a place keeps its own code there.
    pub fn of_error(error: &Error) -> Vec<Self> {
        match error {
            Error::Validation { faults } => faults.iter().map(Self::of_input).collect(),
            Error::OrderTotalOutOfRange { faults }
            | Error::CurrencyMismatch { faults }
            | Error::MetadataLimit { faults } => {
                faults.iter().map(|fault| Self::at(fault, error.code().slug())).collect()
            }
            other => vec![Self { pointer: taken_at(other), ..Self::new(other.code().slug(), other.to_string()) }],
        }
    }
}

/// Where the line holds what belongs to another.
fn taken_at(error: &Error) -> Option<String> {
    let Error::Taken { taken, .. } = error else { return None };
    let pointer = match taken {
        Taken::OrderExternalReference => "#/external_reference",
        Taken::CustomerExternalReference => "#/customer/external_reference",
        Taken::CustomerEmail => "#/customer/email",
        Taken::TenantSlug | Taken::UserEmail => return None,
    };
    Some(pointer.to_owned())
}

/// One line of the file.
#[derive(Serialize)]
struct Record<'a> {
    line: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    external_reference: Option<&'a str>,
    errors: &'a [Fault],
    input: Input<'a>,
}

/// What was sent: as it is if it is JSON, else as text.
#[derive(Serialize)]
#[serde(untagged)]
enum Input<'a> {
    Json(&'a RawValue),
    Text(String),
}

/// How every line of a rejects file begins, and how one is recognised.
const BEGINNING: &[u8] = b"{\"line\":";

/// The file. It is written beside its place and moved there at the end, so that an earlier run's file stays until then.
pub struct Rejects {
    path: PathBuf,
    unfinished: PathBuf,
    file: BufWriter<File>,
    lines: u64,
    finished: bool,
}

impl Rejects {
    /// Begins the file for a run over `input`. Nothing that stands at `path` is touched yet.
    ///
    /// # Errors
    /// 77 where it would replace the input, something that is not a file of rejected lines, or cannot be written at all.
    pub fn at(path: PathBuf, input: &Path) -> Result<Self, Failure> {
        let unfinished = unfinished_path(&path);
        refuse_input(&path, input)?;
        refuse_input(&unfinished, input)?;
        refuse_foreign(&path)?;
        refuse_foreign(&unfinished)?;
        let file = create(&unfinished).map_err(|error| unwritable(&path, &error))?;
        Ok(Self { path, unfinished, file, lines: 0, finished: false })
    }

    /// Where the lines are that were written before the end, if any were.
    pub fn unfinished(&self) -> Option<&Path> {
        (self.lines > 0).then_some(self.unfinished.as_path())
    }

    /// Moves the file to its place and says where, if any line was refused. If none was, an earlier run's file is of no more
    /// use, unless `keep_earlier`.
    ///
    /// # Errors
    /// 77 with those of the file system.
    pub fn finish(mut self, keep_earlier: bool) -> Result<Option<PathBuf>, Failure> {
        self.flush()?;
        let moved = if self.lines > 0 {
            std::fs::rename(&self.unfinished, &self.path)
        } else {
            std::fs::remove_file(&self.unfinished)
        };
        moved.map_err(|error| unwritable(&self.path, &error))?;
        self.finished = true;
        if self.lines == 0 && !keep_earlier {
            gone(std::fs::remove_file(&self.path)).map_err(|error| unwritable(&self.path, &error))?;
        }
        Ok((self.lines > 0).then(|| self.path.clone()))
    }

    /// Adds a line.
    ///
    /// # Errors
    /// 77 with those of the file system.
    pub fn write(&mut self, line: u64, reference: Option<&str>, errors: &[Fault], bytes: &[u8]) -> Result<(), Failure> {
        let json = std::str::from_utf8(bytes).ok().and_then(|text| serde_json::from_str::<&RawValue>(text.trim()).ok());
        let input = json.map_or_else(|| Input::Text(String::from_utf8_lossy(bytes).into_owned()), Input::Json);
        let record = Record { line, external_reference: reference, errors, input };
        self.lines += 1;
        let written = serde_json::to_writer(&mut self.file, &record).map_err(std::io::Error::from);
        written.and_then(|()| self.file.write_all(b"\n")).map_err(|error| unwritable(&self.path, &error))
    }

    /// # Errors
    /// 77 with those of the file system.
    pub fn flush(&mut self) -> Result<(), Failure> {
        self.file.flush().map_err(|error| unwritable(&self.path, &error))
    }
}

/// A run that refused nothing before it broke off leaves nothing.
impl Drop for Rejects {
    fn drop(&mut self) {
        if !self.finished && self.lines == 0 {
            let _ = std::fs::remove_file(&self.unfinished);
        }
    }
}

fn unfinished_path(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".unfinished");
    PathBuf::from(name)
}

/// Links and detours in a path do not hide the input.
fn refuse_input(path: &Path, input: &Path) -> Result<(), Failure> {
    match (std::fs::canonicalize(path), std::fs::canonicalize(input)) {
        (Ok(path), Ok(input)) if path == input => {
            let words =
                format!("rejected lines would replace the input file {}; name another --rejects", input.display());
            Err(Failure::new(Exit::Refused, words))
        }
        _ => Ok(()),
    }
}

/// Only an earlier run's file, or an empty one, may be replaced.
fn refuse_foreign(path: &Path) -> Result<(), Failure> {
    let foreign = || {
        let words = format!("{} holds something else than rejected lines; name another --rejects", path.display());
        Failure::new(Exit::Refused, words)
    };
    match std::fs::metadata(path) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(unwritable(path, &error)),
        Ok(found) if !found.is_file() => return Err(foreign()),
        Ok(_) => {}
    }
    let mut beginning = Vec::new();
    File::open(path)
        .and_then(|file| file.take(BEGINNING.len() as u64).read_to_end(&mut beginning))
        .map_err(|error| unwritable(path, &error))?;
    if beginning.is_empty() || beginning == BEGINNING { Ok(()) } else { Err(foreign()) }
}

fn gone(removed: std::io::Result<()>) -> std::io::Result<()> {
    match removed {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

fn unwritable(path: &Path, error: &std::io::Error) -> Failure {
    Failure::new(Exit::Refused, format!("rejected lines cannot be written to {}: {error}", path.display()))
}

/// What a killed run left is replaced, never written through: a link there leads nowhere.
fn create(path: &Path) -> std::io::Result<BufWriter<File>> {
    gone(std::fs::remove_file(path))?;
    let file = File::options().create_new(true).write(true).mode(0o600).open(path)?;
    file.set_permissions(Permissions::from_mode(0o600))?;
    Ok(BufWriter::new(file))
}

/// `FILE.rejects.ndjson` beside `FILE.ndjson`; in the working directory where that folder cannot be written to.
pub fn default_path(input: &Path) -> PathBuf {
    let stem = input.file_stem().unwrap_or(input.as_os_str()).to_string_lossy();
    let name = format!("{stem}.rejects.ndjson");
    let folder = input.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let beside = folder.join(&name);
    let probe = unfinished_path(&beside);
    let existed = probe.exists();
    let writable = File::options().create(true).append(true).mode(0o600).open(&probe).is_ok();
    if writable && !existed {
        let _ = std::fs::remove_file(&probe);
    }
    if writable { beside } else { PathBuf::from(name) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn files(folder: &Path) -> Vec<String> {
        let entries = std::fs::read_dir(folder).unwrap();
        let mut names: Vec<_> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    #[test]
    fn neither_the_input_nor_a_foreign_file_is_replaced() {
        let folder = tempfile::tempdir().unwrap();
        let input = folder.path().join("x.ndjson");
        std::fs::write(&input, "{\"line\":1}").unwrap();
        std::os::unix::fs::symlink(&input, folder.path().join("link")).unwrap();
        std::fs::create_dir(folder.path().join("sub")).unwrap();
        std::fs::write(folder.path().join("letter"), "Dear").unwrap();
        std::fs::copy(&input, folder.path().join("y.unfinished")).unwrap();
        let before = files(folder.path());
        for name in ["x.ndjson", "sub/../x.ndjson", "link", "letter", "sub"] {
            let refused = Rejects::at(folder.path().join(name), &input).err().unwrap();
            assert_eq!(refused.exit, Exit::Refused, "{name}: {refused}");
        }
        assert!(Rejects::at(folder.path().join("y"), &folder.path().join("y.unfinished")).is_err());
        assert_eq!(files(folder.path()), before);
        assert_eq!(std::fs::read_to_string(&input).unwrap(), "{\"line\":1}");
    }

    #[test]
    fn an_earlier_run_s_file_stays_until_the_end() {
        let folder = tempfile::tempdir().unwrap();
        let (path, input) = (folder.path().join("r"), Path::new("x.ndjson"));
        let text = || std::fs::read_to_string(&path).unwrap();
        std::fs::write(&path, "{\"line\":9}\n").unwrap();

        drop(Rejects::at(path.clone(), input).unwrap());
        assert_eq!((text().as_str(), files(folder.path()).len()), ("{\"line\":9}\n", 1));

        let mut broken_off = Rejects::at(path.clone(), input).unwrap();
        broken_off.write(1, None, &[], b"x").unwrap();
        drop(broken_off);
        assert_eq!((text().as_str(), files(folder.path()).len()), ("{\"line\":9}\n", 2));

        assert_eq!(Rejects::at(path.clone(), input).unwrap().finish(true).unwrap(), None);
        assert_eq!((text().as_str(), files(folder.path()).len()), ("{\"line\":9}\n", 1));

        assert_eq!(Rejects::at(path.clone(), input).unwrap().finish(false).unwrap(), None);
        assert!(files(folder.path()).is_empty(), "nothing was refused this time");
    }

    #[test]
    fn a_record_holds_line_faults_and_input() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("x.rejects.ndjson");
        let mut rejects = Rejects::at(path.clone(), Path::new("x.ndjson")).unwrap();
        rejects.write(3, Some("A"), &[Fault::new("malformed_request", "The body is not JSON.")], b"{nonsense").unwrap();
        rejects.write(4, None, &[], br#" {"a": 1.0} "#).unwrap();
        assert!(!path.exists() && rejects.unfinished().is_some());
        assert_eq!(rejects.finish(false).unwrap(), Some(path.clone()));
        assert_eq!(files(folder.path()), ["x.rejects.ndjson"]);
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(
            std::fs::read_to_string(&path).unwrap(),
            "{\"line\":3,\"external_reference\":\"A\",\"errors\":[{\"code\":\"malformed_request\",\"detail\":\"The body is not JSON.\"}],\
             \"input\":\"{nonsense\"}\n{\"line\":4,\"errors\":[],\"input\":{\"a\": 1.0}}\n"
        );
    }

    #[test]
    fn rules_keep_their_code_at_their_place() {
        let fault = InputFault::ruled("#/items/2", orderbase_kernel::InvalidCode::OutOfRange, "too much");
        let told = Fault::of_error(&Error::OrderTotalOutOfRange { faults: vec![fault.clone()] });
        assert_eq!(
            (told[0].code.as_str(), told[0].pointer.as_deref()),
            ("order_total_out_of_range", Some("#/items/2"))
        );
        assert_eq!(Fault::of_error(&Error::Validation { faults: vec![fault] })[0].code, "out_of_range");
        for (taken, pointer) in [
            (Taken::OrderExternalReference, "#/external_reference"),
            (Taken::CustomerExternalReference, "#/customer/external_reference"),
        ] {
            let told = Fault::of_error(&Error::Taken { taken, existing_id: None });
            assert_eq!(
                (told[0].code.as_str(), told[0].pointer.as_deref()),
                ("external_reference_taken", Some(pointer))
            );
        }
        assert_eq!(Fault::of_error(&Error::CustomerInactive)[0].code, "customer_inactive");
    }

    #[test]
    fn the_default_stands_beside_the_file() {
        let folder = tempfile::tempdir().unwrap();
        let input = folder.path().join("orders.ndjson");
        assert_eq!(default_path(&input), folder.path().join("orders.rejects.ndjson"));
        assert_eq!(default_path(Path::new("/nowhere/orders.ndjson")), PathBuf::from("orders.rejects.ndjson"));
    }
}
