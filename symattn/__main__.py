from symattn.cli import main

main()
