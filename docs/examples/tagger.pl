#!/usr/bin/env perl
# Names by their capitals, in Perl with nothing but its core modules.
#
#   goldwire eval "cmd:perl docs/examples/tagger.pl"
#
# Decoded strings are counted in code points, as goldwire counts: no offsets need to be declared.

use strict;
use warnings;
use JSON::PP;

my $json = JSON::PP->new->utf8->canonical;    # decodes and encodes UTF-8
my %gpe = map { $_ => 1 } qw(Armenia Belarus Kazakhstan Kyrgyzstan Russia Tajikistan Almaty);
my @title = qw(President Minister Secretary General Mr Mrs Dr);
my $title = join '|', @title;

$| = 1;                                       # an answer must not wait in a buffer
print $json->encode({ hello => { name => 'tagger.pl', version => '1', layers => ['mentions'] } }), "\n";

while (my $line = <STDIN>) {
    my $request = $json->decode($line);
    my $text = $request->{text};
    my @spans;
    while ($text =~ /\b((?:$title)\.? )?([A-Z][a-z]+(?:[ -][A-Z][a-z]+)*|[A-Z]{3,})\b/g) {
        my ($start, $end, $name) = ($-[0], $+[0], $2);
        my $label = defined $1 ? 'PER' : $gpe{$name} ? 'GPE' : $name =~ /^[A-Z]{3,}$/ ? 'ORG' : undef;
        push @spans, { start => $start, end => $end, label => $label } if defined $label;
    }
    print $json->encode({ id => $request->{id}, spans => \@spans }), "\n";
}
