# SPDX-License-Identifier: GPL-2.0-only
# A page in headless Chromium, as a person would use it: perl tests/lib/browser.pl FILE <COMMANDS
#
#	size WIDTH HEIGHT	of the window
#	eval EXPRESSION		JavaScript; its value is printed, a line
#	until EXPRESSION	goes on when it is true; fails after a minute
#	move X Y | press | release	the mouse
#	key NAME		a key is pressed and let go
#	dark			the system's colours are dark ones from now on
#	picture FILE		a screenshot, PNG
#	print FILE		what a printer would get, PDF
#	requests		prints how many were made, that of the page itself not counted
#	complaints		prints what the browser has complained of, a line
#
# It speaks the DevTools protocol through pipes. Its profile is a directory that goes with it.
use strict;
use warnings;

use Cwd qw(abs_path);
use File::Temp qw(tempdir);
use JSON::PP;
use MIME::Base64 qw(decode_base64);
use POSIX qw(dup2);

my $patience = 60;	# s, for any one answer
my ($browser) = grep { -x } map { ("$_/chromium-headless-shell", "$_/chromium") } split /:/, $ENV{PATH};
die "no Chromium: packaging/needs-test names it\n" unless $browser;
my $profile = tempdir(CLEANUP => 1);
my $json = JSON::PP->new->utf8->allow_nonref;

# --- the browser ------------------------------------------------------------------

pipe(my $commands, my $to_browser) or die;
pipe(my $from_browser, my $answers) or die;
my $pid = fork() // die "fork: $!";
if (!$pid) {
	# What it says of its environment is not the page's.
	open STDERR, '>', "$profile/log";
	open STDOUT, '>&', \*STDERR;
	# By numbers that neither of them has by chance.
	dup2(fileno $commands, 60);
	dup2(fileno $answers, 61);
	dup2(60, 3);
	dup2(61, 4);
	exec $browser, '--headless', '--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage',
		'--no-first-run', '--disable-background-networking', '--disable-component-update',
		"--user-data-dir=$profile/profile", '--remote-debugging-pipe', 'about:blank'
		or POSIX::_exit(127);
}
close $commands;
close $answers;
END {
	local $?;
	if ($pid) {
		kill 'KILL', $pid;
		waitpid $pid, 0;
	}
}
$SIG{ALRM} = sub { die "the browser does not answer\n" };

my ($number, $session, $rest) = (0, undef, '');
my (@requests, @complaints);

sub note_event {
	my ($event) = @_;
	my ($name, $what) = @$event{qw(method params)};

	push @requests, $what->{request}{url} if $name eq 'Network.requestWillBeSent';
	push @complaints, $what->{exceptionDetails}{exception}{description} // $what->{exceptionDetails}{text}
		if $name eq 'Runtime.exceptionThrown';
	push @complaints, $what->{entry}{text} if $name eq 'Log.entryAdded';
}

sub next_message {
	while ((my $end = index $rest, "\0") < 0) {
		sysread $from_browser, $rest, 1 << 20, length $rest or die "the browser has gone\n";
	}
	$rest =~ s/^([^\0]*)\0//;
	return $json->decode($1);
}

sub call {
	my ($method, %params) = @_;
	my $id = ++$number;

	syswrite $to_browser, $json->encode({ id => $id, method => $method, params => \%params,
		$session ? (sessionId => $session) : () }) . "\0";
	alarm $patience;
	for (;;) {
		my $message = next_message();

		note_event($message) if $message->{method};
		next if ($message->{id} // 0) != $id;
		alarm 0;
		die "$method: $message->{error}{message}\n" if $message->{error};
		return $message->{result};
	}
}

# --- the page ---------------------------------------------------------------------

sub evaluate {
	my ($expression) = @_;
	my $result = call('Runtime.evaluate', expression => $expression, returnByValue => JSON::PP::true,
			  awaitPromise => JSON::PP::true);

	die "$expression: $result->{exceptionDetails}{exception}{description}\n"
		if $result->{exceptionDetails};
	return $result->{result}{value};
}

sub until_true {
	my ($expression) = @_;

	for (my $end = time + $patience; !evaluate($expression);) {
		die "never true: $expression\n" if time > $end;
		# The page's own turn: its next frame.
		evaluate('new Promise(done => requestAnimationFrame(done)).then(() => 0)');
	}
}

my ($x, $y) = (0, 0);

sub mouse {
	my ($type, $button) = @_;

	call('Input.dispatchMouseEvent', type => $type, x => $x, y => $y, clickCount => $button,
	     $button || $type eq 'mouseMoved' ? (button => $button ? 'left' : 'none') : ());
}

sub put_file {
	my ($file, $data) = @_;

	open my $out, '>:raw', $file or die "$file: $!\n";
	print $out decode_base64($data);
	close $out or die "$file: $!\n";
}

my $target = call('Target.createTarget', url => 'about:blank')->{targetId};
$session = call('Target.attachToTarget', targetId => $target, flatten => JSON::PP::true)->{sessionId};
call("$_.enable") for qw(Page Runtime Log Network);
my $held = 0;
my $page = 'file://' . abs_path($ARGV[0]);
call('Page.navigate', url => $page);
until_true('location.href !== "about:blank" && document.readyState === "complete"');
# A frame of it has been drawn as well.
evaluate('new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done))).then(() => 0)');

my %commands = (
	size => sub {
		my ($width, $height) = split ' ', $_[0];
		call('Emulation.setDeviceMetricsOverride', width => $width + 0, height => $height + 0,
		     deviceScaleFactor => 1, mobile => JSON::PP::false);
		evaluate('new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done))).then(() => 0)');
	},
	eval => sub {
		my $value = evaluate($_[0]);
		print ref $value ? $json->encode($value) : $value // 'null', "\n";
	},
	until => sub { until_true($_[0]) },
	move => sub {
		($x, $y) = map { $_ + 0 } split ' ', $_[0];
		mouse('mouseMoved', $held);
	},
	press => sub { $held = 1; mouse('mousePressed', 1) },
	release => sub { $held = 0; mouse('mouseReleased', 1) },
	key => sub {
		my $text = length $_[0] == 1 ? $_[0] : undef;
		call('Input.dispatchKeyEvent', type => 'keyDown', key => $_[0],
		     defined $text ? (text => $text) : ());
		call('Input.dispatchKeyEvent', type => 'keyUp', key => $_[0]);
	},
	dark => sub {
		call('Emulation.setEmulatedMedia',
		     features => [{ name => 'prefers-color-scheme', value => 'dark' }]);
	},
	picture => sub { put_file($_[0], call('Page.captureScreenshot')->{data}) },
	print => sub { put_file($_[0], call('Page.printToPDF', printBackground => JSON::PP::true)->{data}) },
	requests => sub { print scalar(grep { $_ ne $page } @requests), "\n" },
	complaints => sub { print join('; ', @complaints), "\n" },
);
binmode STDOUT, ':utf8';
$| = 1;
while (my $line = <STDIN>) {
	chomp $line;
	my ($name, $argument) = split ' ', $line, 2;
	next unless defined $name;
	($commands{$name} // die "no command $name\n")->($argument // '');
}
