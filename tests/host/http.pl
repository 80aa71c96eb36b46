# SPDX-License-Identifier: GPL-2.0-only
# One request over HTTP/1.1, as the words say it; the answer as it comes, its head included.
#
# Usage: perl tests/host/http.pl PORT METHOD PATH [HEADER...] [<BODY]
#
# METHOD and PATH may be anything. The body is that of standard input, unless METHOD is GET or HEAD.
use strict;
use warnings;
use IO::Socket::INET;

# Who is refused is not always read to the end.
$SIG{PIPE} = 'IGNORE';
my ($port, $method, $path, @headers) = @ARGV;
my $server = IO::Socket::INET->new(PeerAddr => '127.0.0.1', PeerPort => $port, Timeout => 10)
	or die "127.0.0.1:$port: $!\n";
my $body = $method =~ /^(GET|HEAD)$/ ? '' : join('', <STDIN>);
push @headers, 'Content-Length: ' . length($body) if length($body);
print $server join("\r\n", "$method $path HTTP/1.1", 'Host: localhost', 'Connection: close', @headers,
		   '', $body);
$server->flush;
alarm(20);
print while <$server>;
